package dev.penstock.infra.buckets;

import dev.penstock.infra.settings.Settings;
import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.amazon.awscdk.services.s3.ObjectOwnership;
import software.constructs.Construct;

/** How every bucket of Penstock is: private, versioned, TLS 1.2 only, encrypted, its accesses logged. */
public final class DataBucket {

    private DataBucket() {}

    /**
     * Starts the definition of a bucket.
     *
     * @param keyArn the customer key; empty: encrypted with keys that S3 manages
     * @param rules what happens to objects with time
     */
    public static Bucket.Builder in(
            Construct scope, String id, Settings settings, Optional<String> keyArn, List<LifecycleRule> rules) {
        var builder = Bucket.Builder.create(scope, id)
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED)
                .enforceSsl(true)
                .minimumTlsVersion(1.2)
                .versioned(true)
                .lifecycleRules(rules)
                .removalPolicy(settings.keepsData() ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
        return keyArn.map(arn -> builder.encryption(BucketEncryption.KMS)
                        .encryptionKey(Key.fromKeyArn(scope, id + "Key", arn))
                        .bucketKeyEnabled(true))
                .orElseGet(() -> builder.encryption(BucketEncryption.S3_MANAGED));
    }

    /** Objects under a prefix end after some days; what a newer version has replaced, a week after that. */
    public static LifecycleRule expire(String id, String prefix, int days) {
        return LifecycleRule.builder()
                .id(id)
                .prefix(prefix)
                .expiration(Duration.days(days))
                .noncurrentVersionExpiration(Duration.days(7))
                .abortIncompleteMultipartUploadAfter(Duration.days(1))
                .build();
    }
}
