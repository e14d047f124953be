package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyExistsException;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;

/** {@code AWS::S3::Bucket}: the bucket. Lifecycle, encryption and public access rules have no local effect. */
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
        return new Physical(
                name,
                Map.of(
                        "Arn", "arn:aws:s3:::" + name,
                        "DomainName", name + ".s3.amazonaws.com",
                        "RegionalDomainName", name + ".s3." + resource.region() + ".amazonaws.com"));
    }
}
