package dev.penstock.local.functions;

/** Takes what functions print, line by line. Must be threadsafe and quick. */
@FunctionalInterface
public interface LogSink {
    /** @param logStream one per execution environment */
    void line(FunctionConfig function, String logStream, String line);

    /** Forgets every line. */
    static LogSink none() {
        return (function, logStream, line) -> {};
    }
}
