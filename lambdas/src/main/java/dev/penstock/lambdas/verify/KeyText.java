package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.item.ItemJson;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.Items;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Keys as texts, the same text for the same key, and back. */
final class KeyText {
    private KeyText() {}

    static String of(Map<String, Value> key) {
        return ItemJson.write(key);
    }

    static Map<String, Value> parse(String text) {
        byte[] line = ("{\"Item\":" + text + "}").getBytes(StandardCharsets.UTF_8);
        return Items.fromSdk(DynamoDbJson.readItem(line, 0, line.length));
    }
}
