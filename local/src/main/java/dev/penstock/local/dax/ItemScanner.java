package dev.penstock.local.dax;

/**
 * Finds where CBOR items end while their bytes still arrive. It can go on where it stopped for want of bytes, so a
 * request is scanned once however it is cut into packets. Not threadsafe.
 */
final class ItemScanner {
    /** Items proper are wrapped in byte strings: what is nested around them stays shallow. */
    private static final int MAX_DEPTH = 16;

    private static final long UNTIL_BREAK = -1;
    private final long[] remaining = new long[MAX_DEPTH + 1];
    private int depth;
    private int position;
    /** Bytes of a string's content that are still to be passed over. */
    private long content;

    /** Begins to look for the end of {@code items} items that start at {@code from}. */
    void start(int from, int items) {
        position = from;
        depth = 0;
        remaining[0] = items;
        content = 0;
    }

    /** End of the items once it is known; until then the place reached. */
    int position() {
        return position;
    }

    /** The bytes seen so far have moved towards the array's begin. */
    void shift(int by) {
        position -= by;
    }

    /**
     * Goes on as far as the bytes before {@code end} allow.
     *
     * @return true when all items are there
     * @throws MalformedRequestException when the bytes are no CBOR, nest too deep or promise more than {@code limit}
     */
    boolean scan(byte[] bytes, int end, int limit) {
        while (true) {
            if (content > 0) {
                long step = Math.min(content, end - position);
                position += (int) step;
                content -= step;
                if (content > 0) {
                    return false;
                }
            }
            while (remaining[depth] == 0) {
                if (depth == 0) {
                    return true;
                }
                depth--;
            }
            if (position >= end) {
                return false;
            }
            int head = bytes[position] & 0xff;
            int info = head & 0x1f;
            int argumentBytes = info < 24 || info == Cbor.INDEFINITE ? 0 : 1 << (info - 24);
            if (info >= 28 && info != Cbor.INDEFINITE) {
                throw new MalformedRequestException("reserved byte 0x" + Integer.toHexString(head));
            }
            if (end - position <= argumentBytes) {
                return false;
            }
            long argument = info;
            if (argumentBytes > 0) {
                argument = 0;
                for (int i = 1; i <= argumentBytes; i++) {
                    argument = (argument << 8) | (bytes[position + i] & 0xff);
                }
            }
            position += 1 + argumentBytes;
            item(head, info, argument, limit);
        }
    }

    private void item(int head, int info, long argument, int limit) {
        int major = head >>> 5;
        if (head == Cbor.BREAK) {
            if (remaining[depth] != UNTIL_BREAK) {
                throw new MalformedRequestException("break outside an item of indefinite length");
            }
            depth--;
            return;
        }
        if (remaining[depth] > 0) {
            remaining[depth]--;
        }
        boolean endless = info == Cbor.INDEFINITE;
        switch (major) {
            case Cbor.BYTES, Cbor.TEXT -> {
                if (endless) {
                    push(UNTIL_BREAK);
                } else {
                    content = bounded(argument, limit);
                }
            }
            case Cbor.ARRAY -> push(endless ? UNTIL_BREAK : bounded(argument, limit));
            case Cbor.MAP -> push(endless ? UNTIL_BREAK : 2 * bounded(argument, limit));
            case Cbor.TAG -> push(1);
            default -> {
                if (endless) {
                    throw new MalformedRequestException("byte 0x" + Integer.toHexString(head));
                }
            }
        }
    }

    private void push(long items) {
        if (depth == MAX_DEPTH) {
            throw new MalformedRequestException("nested deeper than " + MAX_DEPTH);
        }
        remaining[++depth] = items;
    }

    private static long bounded(long length, int limit) {
        if (length < 0 || length > limit) {
            throw new MalformedRequestException(
                    "length " + Long.toUnsignedString(length) + " in a request of at most " + limit + " bytes");
        }
        return length;
    }
}
