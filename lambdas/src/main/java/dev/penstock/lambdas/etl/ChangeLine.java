package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.Change;
import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.IonLine;
import dev.penstock.lambdas.export.LineBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;

/** One line of an incremental export, its images as the text they are: maps of attributes in DynamoDB JSON. */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record ChangeLine(long writeTimestampMicros, byte[] keys, byte @Nullable [] oldImage, byte @Nullable [] newImage) {

    static ChangeLine read(ExportFormat format, byte[] text, int from, int to) {
        if (format == ExportFormat.ION) {
            return of(IonLine.readChange(text, from, to));
        }
        Change judged = DynamoDbJson.readChange(text, from, to);
        ChangeLine compact = split(judged, text, from, to);
        return compact == null ? of(judged) : compact;
    }

    /** The images' own bytes, where the line is in the compact form. */
    private static @Nullable ChangeLine split(Change judged, byte[] text, int from, int to) {
        byte[][] parts = new byte[3][];
        int at = from + 1;
        while (at < to && text[at] == '"') {
            int close = Spans.quote(text, at + 1, to);
            if (close == Spans.UNUSUAL || close + 2 >= to || text[close + 1] != ':') {
                return null;
            }
            int end = Spans.map(text, close + 2, to, 0);
            if (end == Spans.UNUSUAL || end >= to) {
                return null;
            }
            int part = switch (new String(text, at + 1, close - at - 1, StandardCharsets.UTF_8)) {
                case "Keys" -> 0;
                case "OldImage" -> 1;
                case "NewImage" -> 2;
                default -> -1;
            };
            if (part >= 0) {
                parts[part] = Arrays.copyOfRange(text, close + 2, end);
            }
            at = end + 1;
        }
        return parts[0] == null ? null : new ChangeLine(judged.writeTimestampMicros(), parts[0], parts[1], parts[2]);
    }

    private static ChangeLine of(Change change) {
        return new ChangeLine(
                change.writeTimestampMicros(),
                map(change.keys()),
                optional(change.oldImage()),
                optional(change.newImage()));
    }

    private static byte @Nullable [] optional(@Nullable Map<String, AttributeValue> image) {
        return image == null ? null : map(image);
    }

    private static byte[] map(Map<String, AttributeValue> attributes) {
        LineBuilder line = new LineBuilder();
        DynamoDbJson.writeMap(attributes, line);
        return line.toBytes();
    }
}
