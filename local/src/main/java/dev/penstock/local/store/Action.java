package dev.penstock.local.store;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.ItemKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * One action of a transaction.
 *
 * @param item with canonical numbers and the table's name in place of its ARN
 */
record Action(
        Kind kind,
        Table table,
        ItemKey key,
        Map<String, AttributeValue> keyAttributes,
        TransactWriteItem item,
        @Nullable ReturnValuesOnConditionCheckFailure onFailure) {

    enum Kind {
        PUT,
        UPDATE,
        DELETE,
        CHECK
    }

    /** @throws AwsError when it has not exactly one action, or its table or key is wrong */
    static Action of(TransactWriteItem asked, Tables tables) {
        int given = (asked.put() == null ? 0 : 1)
                + (asked.update() == null ? 0 : 1)
                + (asked.delete() == null ? 0 : 1)
                + (asked.conditionCheck() == null ? 0 : 1);
        if (given != 1) {
            throw AwsError.validation("TransactItems can only contain one of Check, Put, Update or Delete");
        }
        if (asked.put() != null) {
            return put(asked, tables);
        } else if (asked.update() != null) {
            return update(asked, tables);
        }
        return asked.delete() != null ? delete(asked, tables) : check(asked, tables);
    }

    private static Action put(TransactWriteItem asked, Tables tables) {
        var put = asked.put();
        Table table = tables.active(put.tableName());
        Map<String, AttributeValue> item = Images.canonical(put.item());
        ItemKey key = Keys.ofItem(table, item);
        var canonical = put.toBuilder()
                .tableName(table.name())
                .item(item)
                .expressionAttributeValues(
                        ItemWrites.values(put.expressionAttributeValues(), put.hasExpressionAttributeValues()))
                .build();
        return new Action(
                Kind.PUT,
                table,
                key,
                table.keyNames().of(item),
                TransactWriteItem.builder().put(canonical).build(),
                put.returnValuesOnConditionCheckFailure());
    }

    private static Action update(TransactWriteItem asked, Tables tables) {
        var update = asked.update();
        Table table = tables.active(update.tableName());
        Map<String, AttributeValue> attributes = Images.canonical(update.key());
        var canonical = update.toBuilder()
                .tableName(table.name())
                .key(attributes)
                .expressionAttributeValues(
                        ItemWrites.values(update.expressionAttributeValues(), update.hasExpressionAttributeValues()))
                .build();
        return new Action(
                Kind.UPDATE,
                table,
                Keys.ofKey(table, attributes),
                attributes,
                TransactWriteItem.builder().update(canonical).build(),
                update.returnValuesOnConditionCheckFailure());
    }

    private static Action delete(TransactWriteItem asked, Tables tables) {
        var delete = asked.delete();
        Table table = tables.active(delete.tableName());
        Map<String, AttributeValue> attributes = Images.canonical(delete.key());
        var canonical = delete.toBuilder()
                .tableName(table.name())
                .key(attributes)
                .expressionAttributeValues(
                        ItemWrites.values(delete.expressionAttributeValues(), delete.hasExpressionAttributeValues()))
                .build();
        return new Action(
                Kind.DELETE,
                table,
                Keys.ofKey(table, attributes),
                attributes,
                TransactWriteItem.builder().delete(canonical).build(),
                delete.returnValuesOnConditionCheckFailure());
    }

    private static Action check(TransactWriteItem asked, Tables tables) {
        var check = asked.conditionCheck();
        Table table = tables.active(check.tableName());
        Map<String, AttributeValue> attributes = Images.canonical(check.key());
        var canonical = check.toBuilder()
                .tableName(table.name())
                .key(attributes)
                .expressionAttributeValues(
                        ItemWrites.values(check.expressionAttributeValues(), check.hasExpressionAttributeValues()))
                .build();
        return new Action(
                Kind.CHECK,
                table,
                Keys.ofKey(table, attributes),
                attributes,
                TransactWriteItem.builder().conditionCheck(canonical).build(),
                check.returnValuesOnConditionCheckFailure());
    }
}
