package dev.penstock.local.vault;

import dev.penstock.local.backup.BackupApi;
import dev.penstock.local.events.EventBus;
import dev.penstock.local.events.Scheduled;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import dev.penstock.local.metrics.MetricStore;
import dev.penstock.local.wire.RestOperations;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import software.amazon.awssdk.services.backup.model.GetBackupPlanResponse;

/** AWS Backup for the tables of the runtime. What is not in its table of operations answers 501. */
public final class AwsBackup implements Service, AutoCloseable {
    private static final Duration FORGETTING = Duration.ofHours(1);

    private final Function<String, BackupApi.Region> tables;
    private final Path folder;
    private final EventBus events;
    private final MetricStore metrics;
    private final Jobs jobs;
    private final PlanSchedules schedules;
    private final Map<String, VaultRegion> regions = new ConcurrentHashMap<>();
    private Instant nextForget = Instant.MIN;
    private final RestOperations routes = new RestOperations("backup");

    /**
     * @param tables what a region backs up, by its name
     * @param folder where recovery points are kept, in a folder for each region
     * @param scheduled fires the rules of plans
     */
    public AwsBackup(
            Function<String, BackupApi.Region> tables,
            Path folder,
            Scheduled scheduled,
            EventBus events,
            MetricStore metrics) {
        this.tables = tables;
        this.folder = folder;
        this.events = events;
        this.metrics = metrics;
        this.jobs = new Jobs(this::region, this::jobEnded);
        this.schedules = new PlanSchedules(scheduled, jobs);
        new VaultOperations(this::region).addTo(routes);
        new PlanOperations(this::region, schedules).addTo(routes);
        new PointOperations(this::region).addTo(routes);
        new JobOperations(this::region, jobs).addTo(routes);
    }

    @Override
    public String signingName() {
        return "backup";
    }

    @Override
    public Response handle(Request request) {
        return routes.handle(request);
    }

    /** Runs the plans of a region on, and its jobs that a crash has interrupted. */
    public void resume(String region) {
        region(region);
    }

    /** Ends what is over: recovery points by their lifecycles, jobs by their age. */
    public void doWork() {
        for (VaultRegion region : regions.values()) {
            region.sweep();
            if (region.now().isAfter(nextForget)) {
                jobs.forget(region);
                nextForget = region.now().plus(FORGETTING);
            }
        }
    }

    private VaultRegion region(String name) {
        VaultRegion known = regions.get(name);
        if (known != null) {
            return known;
        }
        BackupApi.Region opened = tables.apply(name);
        synchronized (regions) {
            VaultRegion region = regions.get(name);
            if (region == null) {
                region = new VaultRegion(opened, folder.resolve(name));
                regions.put(name, region);
                for (var plan : region.documents().list("plan/", GetBackupPlanResponse::builder)) {
                    schedules.put(region, plan);
                }
                jobs.resume(region);
            }
            return region;
        }
    }

    private void jobEnded(VaultRegion region, JobQueue.Kind kind, String id, String state, String vault) {
        events.put(
                region.name(),
                "aws.backup",
                kind.title() + " Job State Change",
                "{\"%sJobId\":\"%s\",\"%s\":\"%s\",\"backupVaultName\":\"%s\",\"resourceType\":\"%s\",\"account\":\"%s\"}"
                        .formatted(
                                kind.title().toLowerCase(Locale.ROOT),
                                id,
                                kind == JobQueue.Kind.RESTORE ? "status" : "state",
                                state,
                                vault,
                                Settings.RESOURCE_TYPE,
                                Gateway.ACCOUNT));
        metrics.put(
                region.name(),
                "AWS/Backup",
                "NumberOf" + kind.title() + "Jobs" + (state.equals("COMPLETED") ? "Completed" : "Failed"),
                1,
                "Count",
                Map.of("BackupVaultName", vault));
    }

    @Override
    public void close() {
        jobs.close();
    }
}
