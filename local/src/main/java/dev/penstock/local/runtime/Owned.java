package dev.penstock.local.runtime;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What one owner has opened; closed last in, first out, and a failure to close one does not keep the others open. */
final class Owned implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Owned.class.getName());

    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    synchronized <T extends AutoCloseable> T add(T resource) {
        resources.push(resource);
        return resource;
    }

    /** Without holding the lock while it closes one: what is being closed may still open another. */
    @Override
    public void close() {
        for (AutoCloseable resource = poll(); resource != null; resource = poll()) {
            try {
                resource.close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "closing " + resource + " failed", e);
            }
        }
    }

    private synchronized @Nullable AutoCloseable poll() {
        return resources.poll();
    }
}
