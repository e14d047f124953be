package dev.penstock.local.vault;

import dev.penstock.local.gateway.AwsError;
import java.lang.System.Logger.Level;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Runs jobs one after the other. Closed in the middle of one, it leaves the rest to the next start. */
final class JobQueue implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(JobQueue.class.getName());
    private static final long CLOSE_SECONDS = 30;

    private final Events events;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("penstock-backup-jobs").factory());
    private volatile boolean isClosed;

    /** Told when a job has ended: what EventBridge and CloudWatch get to know. */
    interface Events {
        void jobEnded(VaultRegion region, Kind kind, String id, String state, String vault);
    }

    /** The kinds of jobs. */
    enum Kind {
        BACKUP("Backup"),
        COPY("Copy"),
        RESTORE("Restore");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        /** As in names of events and metrics. */
        String title() {
            return title;
        }
    }

    JobQueue(Events events) {
        this.events = events;
    }

    boolean isClosed() {
        return isClosed;
    }

    void run(Runnable job) {
        if (!isClosed) {
            worker.execute(() -> {
                if (!isClosed) {
                    job.run();
                }
            });
        }
    }

    void ended(VaultRegion region, Kind kind, String id, String state, String vault) {
        events.jobEnded(region, kind, id, state, vault);
    }

    /** Why a job fails is in its document too; what AWS would not fail by is logged. */
    static void warn(Kind kind, String id, RuntimeException e) {
        LOG.log(e instanceof AwsError ? Level.DEBUG : Level.ERROR, kind.title() + " job " + id + " failed", e);
    }

    /** Waits for the job that is under way. */
    @Override
    public void close() {
        isClosed = true;
        worker.shutdown();
        try {
            if (!worker.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
