package dev.penstock.infra.keys;

import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.kms.Key;
import software.constructs.Construct;

/**
 * The key that encrypts the stage's data: tables and buckets. It is a multi-Region key from the start, because a key
 * can't become one later and a replica needs a key in its own region (AWS: Multi-Region keys in AWS KMS).
 */
public final class KeysStack extends StageStack {

    private final Key data;

    public KeysStack(Construct scope, Settings settings) {
        super(scope, "Keys", settings, settings.region(), "The customer managed key of Penstock's data");
        data = Key.Builder.create(this, "Data")
                .alias(settings.prefix() + "data")
                .description("Encrypts tables and buckets of " + settings.prefix() + "*")
                .enableKeyRotation(true)
                .multiRegion(true)
                // Data that nobody can decrypt is lost data: the key outlives its stack in every stage.
                .removalPolicy(RemovalPolicy.RETAIN)
                .build();
    }

    /**
     * The key's ARN in a region: a multi-Region key has one id everywhere. Elsewhere than in the primary region a stack that
     * uses it reads the id from this stack's output: a weak reference, as strong ones between regions need custom resources.
     */
    public String keyArn(String region) {
        return region.equals(settings().region()) ? data.getKeyArn() : arn("kms", region, "key", data.getKeyId());
    }
}
