package dev.penstock.local.dax;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;

/** Items that tests write. */
final class Samples {
    private Samples() {}

    static AttributeValue s(String text) {
        return AttributeValue.fromS(text);
    }

    static AttributeValue n(Object number) {
        return AttributeValue.fromN(number.toString());
    }

    static Map<String, AttributeValue> order(String customer, Object number, Object... more) {
        Map<String, AttributeValue> item = new HashMap<>(Map.of("customerId", s(customer), "orderId", n(number)));
        for (int i = 0; i < more.length; i += 2) {
            item.put((String) more[i], (AttributeValue) more[i + 1]);
        }
        return item;
    }

    static AttributeValue document() {
        return AttributeValue.fromM(Map.of(
                "a", AttributeValue.fromL(List.of(n(10), n(11), AttributeValue.fromM(Map.of("deep", s("x"))), n(13))),
                "b", AttributeValue.fromM(Map.of("c", s("see"), "d", n("1.50")))));
    }

    static Map<String, AttributeValue> allTypes(String id) {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put("id", s(id));
        item.put("s", s("text ä€\uD83D\uDE00"));
        item.put("empty", s(""));
        item.put("n", n("-12345678901234567890.123456789"));
        item.put("small", n("0.00000000000000000000000000000000000000000000000000000000000000000000000000000001"));
        item.put("large", n("1" + "0".repeat(70)));
        item.put("b", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {0, -1, 127})));
        item.put("bool", AttributeValue.fromBool(true));
        item.put("no", AttributeValue.fromBool(false));
        item.put("null", AttributeValue.fromNul(true));
        item.put("ss", AttributeValue.fromSs(List.of("a", "b")));
        item.put("ns", AttributeValue.fromNs(List.of("1", "2.5", "-3")));
        item.put("bs", AttributeValue.fromBs(List.of(SdkBytes.fromUtf8String("x"), SdkBytes.fromUtf8String("y"))));
        item.put("l", AttributeValue.fromL(List.of(s("a"), n(1), AttributeValue.fromL(List.of()))));
        item.put("m", document());
        item.put("emptyMap", AttributeValue.fromM(Map.of()));
        return item;
    }

    /** The order of a batch's answers is not defined. */
    static SdkPojo ordered(BatchGetItemResponse response) {
        Map<String, List<Map<String, AttributeValue>>> sorted = new HashMap<>();
        response.responses()
                .forEach((table, items) -> sorted.put(
                        table,
                        items.stream()
                                .sorted(Comparator.comparing(
                                        item -> new TreeMap<>((Map<?, ?>) Normal.of(item)).toString()))
                                .toList()));
        return response.toBuilder().responses(sorted).build();
    }
}
