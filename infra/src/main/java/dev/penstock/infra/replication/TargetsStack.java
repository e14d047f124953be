package dev.penstock.infra.replication;

import dev.penstock.infra.keys.KeysStack;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.infra.tables.CatalogTable;
import dev.penstock.lambdas.catalog.Replication;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.services.dynamodb.TableEncryptionV2;
import software.amazon.awscdk.services.iam.AccountPrincipal;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kms.Key;
import software.constructs.Construct;

/**
 * The tables that replications write, in their region and account. In another account a table is encrypted with the key
 * that DynamoDB owns, as the stage's key is not there, and admits the stage's replicators by its resource policy.
 */
public final class TargetsStack extends StageStack {

    public TargetsStack(
            Construct scope,
            Settings settings,
            String account,
            String region,
            List<Replication> targets,
            Optional<KeysStack> keys) {
        super(
                scope,
                account.equals(settings.account()) ? "Targets" : "Targets-" + account,
                settings,
                account,
                region,
                "The tables that replications write");
        var made = new TreeMap<String, Replication>();
        targets.forEach(target -> made.putIfAbsent(target.target(), target));
        made.values().forEach(replication -> define(settings, new ReplicationTarget(settings, replication), keys));
    }

    private void define(Settings settings, ReplicationTarget target, Optional<KeysStack> keys) {
        var declared = target.replication().targetTable();
        TableEncryptionV2 encryption = target.isForeign()
                ? TableEncryptionV2.dynamoOwnedKey()
                : keys.map(stack -> TableEncryptionV2.customerManagedKey(
                                Key.fromKeyArn(this, declared.name() + "Key", stack.keyArn(target.region()))))
                        .orElseGet(TableEncryptionV2::dynamoOwnedKey);
        var policy = target.isForeign()
                ? Optional.of(PolicyDocument.Builder.create()
                        .statements(List.of(admit(settings, target)))
                        .build())
                : Optional.<PolicyDocument>empty();
        new CatalogTable(this, settings, declared, encryption, policy);
    }

    private static PolicyStatement admit(Settings settings, ReplicationTarget target) {
        PolicyStatement statement = PolicyStatement.Builder.create()
                .sid("Replicators")
                .principals(List.of(new AccountPrincipal(settings.account())))
                .actions(List.of("dynamodb:PutItem"))
                .resources(List.of(target.tableArn()))
                .build();
        statement.addCondition(
                "ArnLike",
                Map.of(
                        "aws:PrincipalArn",
                        "arn:aws:iam::%s:role/%s*"
                                .formatted(settings.account(), ReplicationStack.rolePrefix(settings))));
        return statement;
    }
}
