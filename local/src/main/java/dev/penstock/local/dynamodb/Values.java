package dev.penstock.local.dynamodb;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.wire.AttributeValues;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Checks that come before anything else looks at the values of a request. */
final class Values {
    private Values() {}

    /** @throws AwsError ValidationException for a value without a type, with two, or with nothing in a set */
    static void check(Map<String, AttributeValue> values) {
        values.values().forEach(value -> {
            AttributeValues.requireOneType(value);
            checkSets(value);
        });
    }

    private static void checkSets(AttributeValue value) {
        switch (value.type()) {
            case SS -> checkSet("string", value.ss());
            case NS -> checkSet("number", value.ns());
            case BS -> checkSet("binary", value.bs());
            case M -> value.m().values().forEach(Values::checkSets);
            case L -> value.l().forEach(Values::checkSets);
            default -> {
                // No set in it.
            }
        }
    }

    private static void checkSet(String kind, List<?> members) {
        if (members.isEmpty()) {
            throw AwsError.validation(
                    "One or more parameter values were invalid: An " + kind + " set  may not be empty");
        }
        if (members.stream().anyMatch(member -> member == null)) {
            throw AwsError.validation("One or more parameter values were invalid: An " + kind
                    + " set may not have a null string as a member");
        }
    }
}
