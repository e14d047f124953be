package dev.penstock.local.clock;

/** Someone is told of what happens, until this is closed. */
@FunctionalInterface
public interface Listening extends AutoCloseable {
    @Override
    void close();
}
