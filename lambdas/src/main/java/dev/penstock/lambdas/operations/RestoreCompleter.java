package dev.penstock.lambdas.operations;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.Tag;

/**
 * Gives a restored table what the restore dropped. Asked again, it goes on where it was: DynamoDB makes one change of a
 * table at a time, so a caller asks until nothing is left to do.
 */
public final class RestoreCompleter {

    /** The tag by which AWS Backup finds its tables; the stacks set it. */
    static final String BACKUP_TAG = "penstock:backup";

    private final DynamoDbClient client;

    public RestoreCompleter(DynamoDbClient client) {
        this.client = client;
    }

    /** What a restore drops. */
    public enum Setting {
        TTL,
        STREAM,
        TAGS,
        RECOVERY,
        TABLE_CLASS,
        POLICY,
        /** Last: until then a failed completion can be thrown away. */
        DELETION_PROTECTION
    }

    /** What the table is for. */
    public enum Mode {
        /** It takes the place of its source. */
        PRODUCTION,
        /**
         * It is compared and deleted: with deletion protection it could not be, with recovery it would leave a SYSTEM
         * backup, and with the backup tag AWS Backup would keep it.
         */
        DRILL
    }

    /** What becomes of a setting. */
    public enum Outcome {
        /** The restored table has it. */
        APPLIED,
        /** Waits until the table is active again. */
        PENDING,
        /** Left out on purpose. */
        SKIPPED
    }

    /**
     * One setting that the source had and the restore dropped.
     *
     * @param value in words
     */
    public record Step(Setting setting, String value, Outcome outcome) {}

    /** What would be done, without doing it. */
    public static List<Step> plan(TableSettings wanted, Mode mode) {
        List<Step> steps = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            String value = value(wanted, setting);
            if (value != null) {
                steps.add(new Step(setting, value, isSkipped(setting, mode) ? Outcome.SKIPPED : Outcome.PENDING));
            }
        }
        return steps;
    }

    /** Does what can be done now; it is complete when no step is pending. */
    public List<Step> complete(TableSettings wanted, String target, Mode mode) {
        TableSettings settings = mode == Mode.DRILL ? wanted.withoutTag(BACKUP_TAG) : wanted;
        boolean isBusy = client.describeTable(request -> request.tableName(target))
                        .table()
                        .tableStatus()
                != TableStatus.ACTIVE;
        TableSettings present = isBusy ? null : TableSettings.of(client, target);
        List<Step> steps = new ArrayList<>();
        for (Step step : plan(settings, mode)) {
            Outcome outcome = step.outcome();
            if (outcome == Outcome.PENDING && present != null) {
                if (has(present, settings, step.setting())) {
                    outcome = Outcome.APPLIED;
                } else if (!isBusy) {
                    isBusy = !apply(settings, target, step.setting());
                    outcome = isBusy ? Outcome.PENDING : Outcome.APPLIED;
                }
            }
            steps.add(new Step(step.setting(), step.value(), outcome));
        }
        return steps;
    }

    /** Whether nothing is left to do. */
    public static boolean isComplete(List<Step> steps) {
        return steps.stream().noneMatch(step -> step.outcome() == Outcome.PENDING);
    }

    private static boolean isSkipped(Setting setting, Mode mode) {
        return mode == Mode.DRILL
                && Set.of(Setting.RECOVERY, Setting.DELETION_PROTECTION, Setting.POLICY)
                        .contains(setting);
    }

    /** In words; {@code null} when the source had nothing to drop. */
    private static @Nullable String value(TableSettings settings, Setting setting) {
        return switch (setting) {
            case TTL -> settings.ttlAttribute();
            case STREAM -> settings.streamView();
            case TAGS -> settings.tags().isEmpty() ? null : settings.tags().toString();
            case RECOVERY -> settings.recoveryDays() == 0 ? null : settings.recoveryDays() + " days";
            case TABLE_CLASS -> settings.tableClass();
            case POLICY -> settings.policy() == null ? null : "resource policy";
            case DELETION_PROTECTION -> settings.deletionProtection() ? "on" : null;
        };
    }

    private static boolean has(TableSettings present, TableSettings wanted, Setting setting) {
        return switch (setting) {
            case TTL -> Objects.equals(present.ttlAttribute(), wanted.ttlAttribute());
            case STREAM -> Objects.equals(present.streamView(), wanted.streamView());
            case TAGS -> present.tags().entrySet().containsAll(wanted.tags().entrySet());
            case RECOVERY -> present.recoveryDays() == wanted.recoveryDays();
            case TABLE_CLASS -> Objects.equals(present.tableClass(), wanted.tableClass());
            case POLICY -> present.policy() != null;
            case DELETION_PROTECTION -> present.deletionProtection();
        };
    }

    /** @return false when the table has to become active again first */
    private boolean apply(TableSettings wanted, String target, Setting setting) {
        try {
            switch (setting) {
                case TTL ->
                    client.updateTimeToLive(request -> request.tableName(target)
                            .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName(wanted.ttlAttribute())));
                case STREAM ->
                    client.updateTable(request -> request.tableName(target)
                            .streamSpecification(
                                    stream -> stream.streamEnabled(true).streamViewType(wanted.streamView())));
                case TAGS -> {
                    String arn = arn(target);
                    client.tagResource(request -> request.resourceArn(arn)
                            .tags(wanted.tags().entrySet().stream()
                                    .map(tag -> Tag.builder()
                                            .key(tag.getKey())
                                            .value(tag.getValue())
                                            .build())
                                    .toList()));
                }
                case RECOVERY ->
                    client.updateContinuousBackups(request -> request.tableName(target)
                            .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)
                                    .recoveryPeriodInDays(wanted.recoveryDays())));
                case TABLE_CLASS ->
                    client.updateTable(request -> request.tableName(target).tableClass(wanted.tableClass()));
                case POLICY -> {
                    String arn = arn(target);
                    String policy = Objects.requireNonNull(wanted.policy());
                    client.putResourcePolicy(request -> request.resourceArn(arn)
                            .policy(policy.replaceAll("arn:aws:dynamodb:[^\"/]*:table/[A-Za-z0-9_.-]+", arn)));
                }
                case DELETION_PROTECTION ->
                    client.updateTable(request -> request.tableName(target).deletionProtectionEnabled(true));
            }
            return true;
        } catch (ResourceInUseException changing) {
            return false;
        }
    }

    private String arn(String table) {
        return client.describeTable(request -> request.tableName(table)).table().tableArn();
    }
}
