package dev.penstock.local.dax;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a client can ask for: its number on the wire, its count of arguments and its CloudWatch metric's name. */
enum Method {
    AUTHORIZE_CONNECTION(1489122155, 5, "", "AuthorizeConnection"),
    ENDPOINTS(455855874, 0, "", "Endpoints"),
    DEFINE_KEY_SCHEMA(-742646399, 1, "", "DefineKeySchema"),
    DEFINE_ATTRIBUTE_LIST_ID(-1230579644, 1, "", "DefineAttributeListId"),
    DEFINE_ATTRIBUTE_LIST(670678385, 1, "", "DefineAttributeList"),
    GET_ITEM(263244906, 3, "GetItemRequestCount", "GetItem"),
    PUT_ITEM(-2106490455, 4, "PutItemRequestCount", "PutItem"),
    DELETE_ITEM(1013539361, 3, "DeleteItemRequestCount", "DeleteItem"),
    UPDATE_ITEM(1425579023, 3, "UpdateItemRequestCount", "UpdateItem"),
    QUERY(-931250863, 3, "QueryRequestCount", "Query"),
    SCAN(-1875390620, 2, "ScanRequestCount", "Scan"),
    BATCH_GET_ITEM(-697851100, 2, "BatchGetItemRequestCount", "BatchGetItem"),
    BATCH_WRITE_ITEM(116217951, 2, "BatchWriteItemRequestCount", "BatchWriteItem"),
    TRANSACT_GET_ITEMS(1866287579, 4, "TransactGetItemsCount", "TransactGetItems"),
    TRANSACT_WRITE_ITEMS(-1160037738, 9, "TransactWriteItemsCount", "TransactWriteItems");

    private static final Map<Integer, Method> BY_ID =
            Arrays.stream(values()).collect(Collectors.toMap(method -> method.id, Function.identity()));

    private final int id;
    private final int arguments;
    private final String metric;
    private final String operation;

    Method(int id, int arguments, String metric, String operation) {
        this.id = id;
        this.arguments = arguments;
        this.metric = metric;
        this.operation = operation;
    }

    static Optional<Method> of(int id) {
        return Optional.ofNullable(BY_ID.get(id));
    }

    int id() {
        return id;
    }

    int arguments() {
        return arguments;
    }

    boolean isData() {
        return !metric.isEmpty();
    }

    String metric() {
        return metric;
    }

    String operation() {
        return operation;
    }
}
