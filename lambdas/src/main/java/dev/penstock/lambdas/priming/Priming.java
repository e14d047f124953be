package dev.penstock.lambdas.priming;

import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.telemetry.Telemetry;
import java.util.Map;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import org.jspecify.annotations.Nullable;

/** Runs a handler once before the snapshot. A failure is logged: it must never fail the publishing of a version. */
public final class Priming implements Resource {
    private final Runnable rehearsal;
    private final Telemetry telemetry;

    private Priming(Runnable rehearsal, Telemetry telemetry) {
        this.rehearsal = rehearsal;
        this.telemetry = telemetry;
    }

    /**
     * Asks to be called before a snapshot, where one will be taken: without SnapStart the hooks would only cost time.
     *
     * @return to be kept by the handler, because the context holds it weakly; null without SnapStart
     */
    public static @Nullable Priming before(Environment environment, Runnable rehearsal, Telemetry telemetry) {
        if (!environment.optional(Environment.INITIALIZATION, "").equals("snap-start")) {
            return null;
        }
        Priming priming = new Priming(rehearsal, telemetry);
        Core.getGlobalContext().register(priming);
        return priming;
    }

    /** Does what is done before a snapshot. */
    public void run() {
        try {
            rehearsal.run();
        } catch (RuntimeException | LinkageError failure) {
            telemetry.warn("priming failed; the first invocation will be slower", Map.of("error", failure.toString()));
        }
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        run();
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {}
}
