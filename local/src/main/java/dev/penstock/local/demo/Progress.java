package dev.penstock.local.demo;

import java.io.PrintStream;

/** A progress bar on a terminal; without one, a line when the work is done. Threadsafe. */
public final class Progress implements AutoCloseable {
    private static final int WIDTH = 30;

    private final PrintStream out;
    private final boolean terminal;
    private final String what;
    private final long total;
    private final long started = System.nanoTime();
    private long done;
    private int drawn = -1;

    /** @param total the count at which the work is done, 1 or more */
    @SuppressWarnings("SystemConsoleNull") // JDK 25 answers null again where there is no terminal
    public Progress(PrintStream out, String what, long total) {
        this.out = out;
        this.terminal = System.console() != null && System.console().isTerminal();
        this.what = what;
        this.total = Math.max(1, total);
    }

    /** Adds to what is done. */
    public synchronized void add(long count) {
        done += count;
        int part = (int) Math.min(WIDTH, done * WIDTH / total);
        if (terminal && part != drawn) {
            drawn = part;
            out.printf("\r  %-14s [%s%s] %,d of %,d", what, "#".repeat(part), " ".repeat(WIDTH - part), done, total);
            out.flush();
        }
    }

    /** Ends the line, with the rate. */
    @Override
    public synchronized void close() {
        double seconds = (System.nanoTime() - started) / 1e9;
        out.printf(
                "%s  %-14s %,d in %.1f s (%,.0f/s)%s%n",
                terminal ? "\r" : "",
                what,
                done,
                seconds,
                done / Math.max(seconds, 0.001),
                " ".repeat(terminal ? 30 : 0));
    }
}
