package dev.penstock.local.query;

import java.io.PrintWriter;
import java.util.function.LongConsumer;

/**
 * How much of some bytes is done, in one line that is written over: {@code  37 % of 512.0 MB}. It is said when the
 * percentage changes; where there is no terminal, at each tenth, in lines of their own. Threadsafe.
 */
final class ByteProgress implements LongConsumer {
    private static final double MEGABYTE = 1 << 20;
    private static final int TENTH = 10;
    private static final int HUNDRED = 100;

    private final String what;
    private final long total;
    private final PrintWriter out;
    private final boolean terminal;
    private long done;
    private long said = -1;

    /**
     * @param what is done with the bytes: read, imported
     * @param total bytes, 0 when there is nothing to do, negative when nobody knows: megabytes are told then
     */
    ByteProgress(String what, long total, PrintWriter out, boolean terminal) {
        this.what = what;
        this.total = total;
        this.out = out;
        this.terminal = terminal;
    }

    /** So many more bytes are done. */
    @Override
    public synchronized void accept(long more) {
        reached(done + more);
    }

    private void megabytes(long now) {
        long step = terminal ? now : now / HUNDRED * HUNDRED;
        if (step > said) {
            said = step;
            String line = step + " MB " + what;
            out.print(terminal ? "\r" + line : line + System.lineSeparator());
            out.flush();
        }
    }

    /** So many bytes are done by now. */
    synchronized void reached(long bytes) {
        done = bytes;
        if (total < 0) {
            megabytes(bytes >> 20);
            return;
        }
        long percent = total == 0 ? 100 : Math.min(100, done * 100 / total);
        long step = terminal ? percent : percent / TENTH * TENTH;
        if (step > said) {
            said = step;
            String line = "%3d %% of %.1f MB %s".formatted(step, total / MEGABYTE, what);
            out.print(
                    terminal
                            ? "\r" + line + (step == 100 ? System.lineSeparator() : "")
                            : line + System.lineSeparator());
            out.flush();
        }
    }
}
