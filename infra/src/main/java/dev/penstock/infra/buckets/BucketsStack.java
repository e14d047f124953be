package dev.penstock.infra.buckets;

import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.diversion.FailureBucket;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.constructs.Construct;

/** What streams leave behind: records that could not be handled, and items that have expired. */
public final class BucketsStack extends StageStack {

    /** Defines the buckets of a region. */
    public BucketsStack(Construct scope, Settings settings, String region, Catalog catalog, Optional<String> keyArn) {
        super(scope, "Buckets", settings, region, "Failed records and archived items");
        DataBucket.in(this, "Failures", settings, keyArn, List.of(DataBucket.expire("failures", "", (int)
                        FailureBucket.KEPT.toDays())))
                .bucketName(failures(settings, region))
                .build();
        DataBucket.in(this, "Archive", settings, keyArn, archiveRules(catalog))
                .bucketName(archive(settings, region))
                .build();
    }

    /** The bucket of records that could not be handled. */
    public static String failures(Settings settings, String region) {
        return settings.bucketName("failures", region);
    }

    /** The bucket of expired items. */
    public static String archive(Settings settings, String region) {
        return settings.bucketName("archive", region);
    }

    private static List<LifecycleRule> archiveRules(Catalog catalog) {
        return catalog.tables().stream()
                .flatMap(table -> Stream.ofNullable(table.retention())
                        .map(retention -> DataBucket.expire(table.name(), retention.archivePrefix(), retention.days())))
                .toList();
    }
}
