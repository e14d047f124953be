package dev.penstock.local.store;

import dev.penstock.local.journal.ItemKey;
import dev.penstock.local.journal.KeyNames;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * A table as it is declared.
 *
 * @param number unique in the region for ever; {@link dev.penstock.local.journal.Change#table} refers to it
 * @param description as DescribeTable answers it, item counts and sizes left out
 */
public record Table(int number, TableDescription description) {

    public String name() {
        return description.tableName();
    }

    public String arn() {
        return description.tableArn();
    }

    public boolean isActive() {
        return description.tableStatus() == TableStatus.ACTIVE;
    }

    /** Whether a restore is still filling it; it is not active then. */
    public boolean isRestoring() {
        return description.restoreSummary() != null;
    }

    public KeyNames keyNames() {
        String partition = "";
        String sort = null;
        for (var element : description.keySchema()) {
            if (element.keyType() == KeyType.HASH) {
                partition = element.attributeName();
            } else {
                sort = element.attributeName();
            }
        }
        return new KeyNames(partition, sort);
    }

    /** Attribute name to type letter, as declared for the keys of the table and of its indexes. */
    public Map<String, String> attributeTypes() {
        return description.attributeDefinitions().stream()
                .collect(Collectors.toMap(
                        AttributeDefinition::attributeName, AttributeDefinition::attributeTypeAsString));
    }

    /** @throws IllegalArgumentException when the item lacks a key attribute */
    public ItemKey key(Map<String, AttributeValue> item) {
        return keyNames().key(number, item);
    }

    /** @throws dev.penstock.local.gateway.AwsError ValidationException when this is not exactly a key of the table */
    public ItemKey checkKey(Map<String, AttributeValue> key) {
        return Keys.ofKey(this, key);
    }

    /** The name under which a feature keeps a document that is removed with the table: {@code of/12/ttl}. */
    public String document(String feature) {
        return "of/" + number + "/" + feature;
    }

    Table with(TableDescription changed) {
        return new Table(number, changed);
    }
}
