package dev.penstock.local.dax;

import org.jspecify.annotations.Nullable;

/** A request's optional parameters: a map with numbers as keys, or null where there is none. */
final class Options {
    static final int PROJECTION = 0;
    static final int CONSISTENT_READ = 2;
    static final int RETURN_CONSUMED_CAPACITY = 3;
    static final int CONDITION = 4;
    static final int RETURN_ITEM_COLLECTION_METRICS = 6;
    static final int RETURN_VALUES = 7;
    static final int UPDATE = 8;
    static final int EXCLUSIVE_START_KEY = 9;
    static final int FILTER = 10;
    static final int INDEX_NAME = 11;
    static final int LIMIT = 13;
    static final int SCAN_INDEX_FORWARD = 14;
    static final int SELECT = 15;
    static final int SEGMENT = 16;
    static final int TOTAL_SEGMENTS = 17;
    static final int CLIENT_REQUEST_TOKEN = 19;
    private static final int COUNT = 20;

    private final byte[] input;
    private final int[] from = new int[COUNT];
    private final int[] to = new int[COUNT];

    Options(CborReader in) {
        input = in.input();
        if (in.tryNull()) {
            return;
        }
        int length = in.readMap();
        for (int i = 0; in.more(length, i); i++) {
            int key = in.readInt();
            int start = in.position();
            in.skip();
            if (key >= 0 && key < COUNT) {
                from[key] = start;
                to[key] = in.position();
            }
        }
    }

    private @Nullable CborReader at(int option) {
        if (to[option] == 0) {
            return null;
        }
        CborReader reader = new CborReader(input, from[option], to[option]);
        return reader.tryNull() ? null : reader;
    }

    byte @Nullable [] blob(int option) {
        CborReader reader = at(option);
        return reader == null ? null : reader.readBytes();
    }

    @Nullable
    String name(int option) {
        CborReader reader = at(option);
        return reader == null ? null : reader.readName();
    }

    @Nullable
    Integer integer(int option) {
        CborReader reader = at(option);
        return reader == null ? null : Integer.valueOf(reader.readInt());
    }

    int integer(int option, int otherwise) {
        Integer value = integer(option);
        return value == null ? otherwise : value;
    }

    /** Some clients write booleans as 0 and 1. */
    @Nullable
    Boolean flag(int option) {
        CborReader reader = at(option);
        if (reader == null) {
            return null;
        }
        return reader.peekMajor() == Cbor.SIMPLE ? reader.readBoolean() : reader.readInt() != 0;
    }

    boolean isSet(int option) {
        return Boolean.TRUE.equals(flag(option));
    }

    /** Writes all parameters but one in the order of their numbers: equal requests give equal bytes. */
    void writeCanonical(CborWriter out, int except) {
        for (int option = 0; option < COUNT; option++) {
            if (to[option] != 0 && option != except) {
                out.integer(option).raw(input, from[option], to[option] - from[option]);
            }
        }
    }
}
