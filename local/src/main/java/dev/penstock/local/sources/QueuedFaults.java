package dev.penstock.local.sources;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;

/** Faults that are ordered one by one: each befalls the next invocation of a matching function. Threadsafe. */
public final class QueuedFaults implements Faults {
    private final Deque<Order> orders = new ArrayDeque<>();

    private record Order(String function, Fault fault) {}

    /**
     * Orders a fault for the next invocations.
     *
     * @param function a part of the function's ARN, its name for instance; empty for any function
     * @param times 1 or more
     */
    public synchronized void add(String function, Fault fault, int times) {
        if (times < 1) {
            throw new IllegalArgumentException("a fault must befall at least one invocation; given: " + times);
        }
        orders.addAll(Collections.nCopies(times, new Order(function, fault)));
    }

    /** How many faults wait for an invocation. */
    public synchronized int waiting() {
        return orders.size();
    }

    @Override
    public synchronized Fault next(String functionArn) {
        for (Order order : orders) {
            if (functionArn.contains(order.function())) {
                orders.remove(order);
                return order.fault();
            }
        }
        return Fault.NONE;
    }
}
