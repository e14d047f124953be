package dev.penstock.infra.settings;

import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.CrossStackReferences;
import software.amazon.awscdk.DefaultStackSynthesizer;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.ReferenceStrength;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/**
 * A stack of a stage in one region: account and region are pinned, because replicas need it and because a template that
 * is the same everywhere can be read.
 */
public abstract class StageStack extends Stack {

    private final Settings settings;

    /**
     * A stack named {@code penstock-STAGE-ID}, with the region's name behind it outside of the primary region.
     *
     * @param description one sentence for the CloudFormation console
     */
    protected StageStack(Construct scope, String id, Settings settings, String region, String description) {
        this(scope, id, settings, settings.account(), region, description);
    }

    /** The same in another account. */
    protected StageStack(
            Construct scope, String id, Settings settings, String account, String region, String description) {
        super(scope, id(id, settings, region), props(id, settings, account, region, description));
        this.settings = settings;
        if (!region.equals(settings.region())) {
            // Within a region references are strong: nobody can delete a stream that is read. A strong one between
            // regions
            // would need custom resources, so what another region needs is read from a stack's output.
            CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
        }
    }

    private static String id(String id, Settings settings, String region) {
        return region.equals(settings.region()) ? id : id + "-" + region;
    }

    private static StackProps props(String id, Settings settings, String account, String region, String description) {
        return StackProps.builder()
                .env(Environment.builder().account(account).region(region).build())
                .stackName(settings.prefix() + id(id, settings, region))
                .description(description)
                .terminationProtection(settings.keepsData())
                .synthesizer(DefaultStackSynthesizer.Builder.create()
                        .generateBootstrapVersionRule(!settings.isLocal())
                        .build())
                .build();
    }

    /** The settings of the stage. */
    protected final Settings settings() {
        return settings;
    }

    /** What becomes of data when its resource leaves the stack. */
    protected final RemovalPolicy dataRemovalPolicy() {
        return settings.keepsData() ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    }

    /** The ARN of something in this account and region whose name is known: needs no reference between stacks. */
    public final String arn(String service, String resource, String name) {
        return arn(service, getRegion(), resource, name);
    }

    /** The ARN of something in another region of this account. */
    protected final String arn(String service, String region, String resource, String name) {
        return formatArn(ArnComponents.builder()
                .service(service)
                .region(region)
                .account(settings.account())
                .resource(resource)
                .resourceName(name)
                .arnFormat(ArnFormat.SLASH_RESOURCE_NAME)
                .build());
    }
}
