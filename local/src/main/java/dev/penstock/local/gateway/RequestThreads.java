package dev.penstock.local.gateway;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where requests are handled: on platform threads, because the embedded engine hands each item to a thread of its own
 * and back, which costs a virtual thread two to three times as much. Requests beyond {@value #MOST} at a time, such as
 * those that wait for a message, get virtual threads.
 */
final class RequestThreads {
    private static final int MOST = 256;
    private static final int IDLE_SECONDS = 30;

    private RequestThreads() {}

    static ExecutorService start() {
        return new ThreadPoolExecutor(
                0,
                MOST,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().daemon().name("request-", 0).factory(),
                (request, pool) -> {
                    if (!pool.isShutdown()) {
                        Thread.startVirtualThread(request);
                    }
                });
    }
}
