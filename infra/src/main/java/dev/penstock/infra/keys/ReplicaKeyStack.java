package dev.penstock.infra.keys;

import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import java.util.List;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.iam.AccountRootPrincipal;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kms.CfnAlias;
import software.amazon.awscdk.services.kms.CfnReplicaKey;
import software.constructs.Construct;

/** The data key's replica in another region. It must be there before a table is replicated to that region. */
public final class ReplicaKeyStack extends StageStack {

    public ReplicaKeyStack(Construct scope, Settings settings, String region, KeysStack keys) {
        super(scope, "Keys", settings, region, "The replica of Penstock's data key in " + region);
        var replica = CfnReplicaKey.Builder.create(this, "Data")
                .primaryKeyArn(keys.keyArn(settings.region()))
                .description("Encrypts tables and buckets of " + settings.prefix() + "* in " + region)
                .keyPolicy(PolicyDocument.Builder.create()
                        .statements(List.of(PolicyStatement.Builder.create()
                                .principals(List.of(new AccountRootPrincipal()))
                                .actions(List.of("kms:*"))
                                .resources(List.of("*"))
                                .build()))
                        .build())
                .build();
        replica.applyRemovalPolicy(RemovalPolicy.RETAIN);
        CfnAlias.Builder.create(this, "Alias")
                .aliasName("alias/" + settings.prefix() + "data")
                .targetKeyId(replica.getAttrKeyId())
                .build();
    }
}
