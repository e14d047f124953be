package dev.penstock.local.vault;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.backup.model.CalculatedLifecycle;
import software.amazon.awssdk.services.backup.model.DescribeRecoveryPointResponse;
import software.amazon.awssdk.services.backup.model.Lifecycle;
import software.amazon.awssdk.services.backup.model.StorageClass;

/** When a recovery point moves to cold storage and when it ends (AWS Backup: lifecycle). */
final class Lifecycles {
    /** What is in cold storage is kept there for so long at least. */
    private static final int COLD_DAYS = 90;

    private Lifecycles() {}

    /** @throws dev.penstock.local.gateway.AwsError InvalidParameterValueException */
    static void check(@Nullable Lifecycle lifecycle) {
        if (lifecycle == null) {
            return;
        }
        Long cold = lifecycle.moveToColdStorageAfterDays();
        Long end = lifecycle.deleteAfterDays();
        if ((cold != null && cold < 1) || (end != null && end < 1 && end != -1)) {
            throw Errors.invalid("Lifecycle days must be at least 1; given: " + lifecycle);
        }
        if (cold != null && end != null && end != -1 && end < cold + COLD_DAYS) {
            throw Errors.invalid("DeleteAfterDays cannot be less than " + COLD_DAYS
                    + " days apart from MoveToColdStorageAfterDays; given: " + end + " and " + cold);
        }
    }

    /** Days that it is kept; empty: until somebody deletes it. */
    static Optional<Long> days(@Nullable Lifecycle lifecycle) {
        return Optional.ofNullable(lifecycle).map(Lifecycle::deleteAfterDays).filter(days -> days > 0);
    }

    static @Nullable CalculatedLifecycle calculated(@Nullable Lifecycle lifecycle, Instant created) {
        if (lifecycle == null) {
            return null;
        }
        var calculated = CalculatedLifecycle.builder();
        days(lifecycle).ifPresent(days -> calculated.deleteAt(created.plus(Duration.ofDays(days))));
        if (lifecycle.moveToColdStorageAfterDays() != null) {
            calculated.moveToColdStorageAt(created.plus(Duration.ofDays(lifecycle.moveToColdStorageAfterDays())));
        }
        return calculated.build();
    }

    static boolean isOver(DescribeRecoveryPointResponse point, Instant now) {
        return point.calculatedLifecycle() != null
                && point.calculatedLifecycle().deleteAt() != null
                && !point.calculatedLifecycle().deleteAt().isAfter(now);
    }

    static StorageClass storageClass(DescribeRecoveryPointResponse point, Instant now) {
        boolean cold = point.calculatedLifecycle() != null
                && point.calculatedLifecycle().moveToColdStorageAt() != null
                && !point.calculatedLifecycle().moveToColdStorageAt().isAfter(now);
        return cold ? StorageClass.COLD : StorageClass.WARM;
    }
}
