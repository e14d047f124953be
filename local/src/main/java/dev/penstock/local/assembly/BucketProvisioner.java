package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyExistsException;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.LifecycleRule;

/** {@code AWS::S3::Bucket}: the bucket, its versioning and its lifecycle. Other settings have no local effect. */
final class BucketProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var s3 = target.client(S3Client.class, resource);
        String name = resource.bucketName();
        try {
            s3.createBucket(request -> request.bucket(name));
        } catch (BucketAlreadyOwnedByYouException | BucketAlreadyExistsException e) {
            // Kept from an earlier start.
        }
        resource.properties()
                .object("VersioningConfiguration")
                .optional("Status")
                .ifPresent(status ->
                        s3.putBucketVersioning(r -> r.bucket(name).versioningConfiguration(v -> v.status(status))));
        List<LifecycleRule> rules = resource.properties().object("LifecycleConfiguration").objects("Rules").stream()
                .map(BucketProvisioner::rule)
                .toList();
        if (!rules.isEmpty()) {
            s3.putBucketLifecycleConfiguration(r -> r.bucket(name).lifecycleConfiguration(l -> l.rules(rules)));
        }
        return new Physical(
                name,
                Map.of(
                        "Arn", "arn:aws:s3:::" + name,
                        "DomainName", name + ".s3.amazonaws.com",
                        "RegionalDomainName", name + ".s3." + resource.region() + ".amazonaws.com"));
    }

    private static LifecycleRule rule(Properties wanted) {
        var rule = LifecycleRule.builder()
                .id(wanted.optional("Id").orElse(null))
                .status(wanted.string("Status"))
                .filter(f -> f.prefix(wanted.optional("Prefix").orElse("")));
        Optional<Integer> days = wanted.integer("ExpirationInDays");
        boolean dropsMarkers = wanted.flag("ExpiredObjectDeleteMarker").orElse(false);
        if (days.isPresent() || dropsMarkers) {
            rule.expiration(e -> e.days(days.orElse(null)).expiredObjectDeleteMarker(dropsMarkers ? true : null));
        }
        wanted.object("NoncurrentVersionExpiration")
                .integer("NoncurrentDays")
                .or(() -> wanted.integer("NoncurrentVersionExpirationInDays"))
                .ifPresent(noncurrent -> rule.noncurrentVersionExpiration(n -> n.noncurrentDays(noncurrent)));
        wanted.object("AbortIncompleteMultipartUpload")
                .integer("DaysAfterInitiation")
                .ifPresent(abort -> rule.abortIncompleteMultipartUpload(a -> a.daysAfterInitiation(abort)));
        return rule.build();
    }
}
