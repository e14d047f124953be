package dev.penstock.local.sources;

import dev.penstock.local.functions.Functions;
import dev.penstock.local.functions.Invocation;

/** Invokes the function of a mapping and waits for its end. Threadsafe. */
@FunctionalInterface
public interface Invoker {
    /** @param functionArn with or without a qualifier */
    Invocation invoke(String functionArn, byte[] event) throws InterruptedException;

    /** Invokes the functions that are there. */
    static Invoker of(Functions functions) {
        return functions::invoke;
    }
}
