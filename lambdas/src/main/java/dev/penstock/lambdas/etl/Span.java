package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.Json;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A typed value such as <code>{"S":"..."}</code> in a text: {@code text[from, to)}. Valid as long as the text is. */
@SuppressWarnings("ArrayRecordComponent") // a place in a text, never compared
record Span(byte[] text, int from, int to) {

    AttributeValue decode() {
        return DynamoDbJson.readValue(new Json(text, from, to), 0);
    }

    /** The letter of S, N, B, M or L; 0 for the types of more letters. */
    char scalarType() {
        return text[from + 3] == '"' ? (char) text[from + 2] : 0;
    }

    boolean isBool() {
        return text[from + 2] == 'B' && text[from + 3] == 'O';
    }

    /** Inside of an S, N or B, as the text has it. */
    int contentFrom() {
        return from + 6;
    }

    int contentTo() {
        return to - 2;
    }

    boolean hasBackslash() {
        return Spans.hasBackslash(text, from, to);
    }
}
