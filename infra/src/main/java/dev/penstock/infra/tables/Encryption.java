package dev.penstock.infra.tables;

import dev.penstock.infra.keys.KeysStack;
import dev.penstock.infra.settings.Settings;
import dev.penstock.lambdas.catalog.Table;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.services.dynamodb.TableEncryptionV2;
import software.amazon.awscdk.services.kms.Key;
import software.constructs.Construct;

/** With which key a region's tables are encrypted; a replica needs one in its own region. */
record Encryption(Construct scope, Settings settings, String region, Optional<KeysStack> keys) {

    TableEncryptionV2 of(Table table) {
        return keys.map(stack -> withCustomerKey(table, stack)).orElseGet(TableEncryptionV2::dynamoOwnedKey);
    }

    private TableEncryptionV2 withCustomerKey(Table table, KeysStack stack) {
        var key = Key.fromKeyArn(scope, table.name() + "Key", stack.keyArn(region));
        if (!table.isGlobal()) {
            return TableEncryptionV2.customerManagedKey(key);
        }
        Map<String, String> replicaKeys = new TreeMap<>();
        settings.replicaRegions().forEach(replica -> replicaKeys.put(replica, stack.keyArn(replica)));
        return TableEncryptionV2.customerManagedKey(key, replicaKeys);
    }
}
