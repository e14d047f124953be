package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.LineBuilder;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A column of CSV output: the value at a path, or {@code size(path)}. Text, number and base64 as they are; true and
 * false; nothing for NULL and for what is missing; DynamoDB JSON for maps, lists and sets.
 */
public record Column(String name, DocumentPath path, boolean size) {

    /** @param expression a path, or {@code size(path)} */
    public static Column of(String name, String expression) {
        boolean size = expression.startsWith("size(") && expression.endsWith(")");
        return new Column(
                name, DocumentPath.of(size ? expression.substring(5, expression.length() - 1) : expression), size);
    }

    void write(Attributes item, char delimiter, LineBuilder line) {
        Span span = path.find(item);
        if (span == null) {
            return;
        }
        if (size) {
            size(span, line);
            return;
        }
        switch (span.scalarType()) {
            case 'N' -> line.raw(span.text(), span.contentFrom(), span.contentTo());
            case 'S', 'B' -> text(span, delimiter, line);
            case 'M', 'L' ->
                quoted(new String(span.text(), span.from(), span.to() - span.from(), StandardCharsets.UTF_8), line);
            default -> rest(span, line);
        }
    }

    private static void size(Span span, LineBuilder line) {
        if (span.scalarType() == 'L') {
            int count = 0;
            for (int at = DocumentPath.firstElement(span.text(), span.from()); at >= 0; count++) {
                at = DocumentPath.nextElement(span.text(), at, span.to());
            }
            line.ascii(Integer.toString(count));
            return;
        }
        AttributeValue value = span.decode();
        AttributeValue size = new Condition.Operand.Size(DocumentPath.of("v")).value(path -> value);
        line.ascii(size == null ? "" : size.n());
    }

    private static void text(Span span, char delimiter, LineBuilder line) {
        byte[] text = span.text();
        int from = span.contentFrom();
        int to = span.contentTo();
        boolean plain = true;
        for (int i = from; plain && i < to; i++) {
            plain = text[i] != '\\' && text[i] != delimiter;
        }
        if (plain && from < to) {
            line.raw(text, from, to);
        } else {
            String decoded = span.decode().s();
            quoted(decoded == null ? new String(text, from, to - from, StandardCharsets.US_ASCII) : decoded, line);
        }
    }

    private static void rest(Span span, LineBuilder line) {
        AttributeValue value = span.decode();
        switch (value.type()) {
            case BOOL -> line.ascii(value.bool().toString());
            case NUL -> {}
            case S, N, B, SS, NS, BS, M, L, UNKNOWN_TO_SDK_VERSION ->
                quoted(new String(span.text(), span.from(), span.to() - span.from(), StandardCharsets.UTF_8), line);
        }
    }

    /** Between quotes, inner quotes doubled (RFC 4180); so an empty string differs from nothing. */
    static void quoted(String text, LineBuilder line) {
        line.ascii('"')
                .raw(text.replace("\"", "\"\"").getBytes(StandardCharsets.UTF_8))
                .ascii('"');
    }
}
