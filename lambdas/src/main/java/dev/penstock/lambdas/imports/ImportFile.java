package dev.penstock.lambdas.imports;

import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.IonLine;
import dev.penstock.lambdas.export.Lines;
import dev.penstock.lambdas.export.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.InputFormat;

/**
 * Reads one source object as ImportTable does: a line that can't be parsed is an error and ends the object, an item that
 * breaks a rule is an error and the next line is read.
 */
public final class ImportFile {
    private final InputFormat format;
    private final CsvOptions csv;
    private @Nullable List<String> header;
    private long index;
    private long bytes;

    /** Takes what is in the file; items count from 0. */
    public interface Sink {
        void item(Map<String, AttributeValue> item, long index);

        void error(long index, String message);
    }

    /** Ends the reading of a file without being an error of it. */
    private static final class Stop extends IOException {}

    /** @param csv needed for CSV only, any otherwise */
    public ImportFile(InputFormat format, CsvOptions csv) {
        this.format = format;
        this.csv = csv;
        this.header = csv.header().isEmpty() ? null : csv.header();
    }

    /**
     * Reads a file to its end, or to the first line that can't be parsed.
     *
     * @param in uncompressed
     * @return uncompressed bytes of the lines read
     */
    public long read(InputStream in, Sink sink) throws IOException {
        try {
            Lines.read(in, (text, start, end, number) -> {
                bytes += end - start + 1;
                int to = end > start && text[end - 1] == '\r' ? end - 1 : end;
                line(text, start, to, sink);
            });
        } catch (Stop unparseable) {
            return bytes;
        }
        return bytes;
    }

    private void line(byte[] text, int start, int end, Sink sink) throws IOException {
        Map<String, AttributeValue> item;
        try {
            if (format == InputFormat.CSV && header == null) {
                header = CsvLine.cells(utf8(text, start, end), csv.delimiter());
                return;
            }
            item = switch (format) {
                case CSV -> row(utf8(text, start, end));
                case ION -> IonLine.readItem(text, start, end);
                case DYNAMODB_JSON, UNKNOWN_TO_SDK_VERSION -> DynamoDbJson.readItem(text, start, end);
            };
        } catch (MalformedException e) {
            sink.error(index++, e.getMessage() + ", at byte " + e.at() + " of the line");
            throw new Stop();
        } catch (IllegalArgumentException e) {
            sink.error(index++, String.valueOf(e.getMessage()));
            return;
        }
        sink.item(item, index++);
    }

    private static String utf8(byte[] text, int start, int end) {
        return new String(text, start, end - start, StandardCharsets.UTF_8);
    }

    private Map<String, AttributeValue> row(String line) {
        List<String> cells = CsvLine.cells(line, csv.delimiter());
        List<String> columns = header == null ? List.of() : header;
        if (cells.size() > columns.size()) {
            throw new IllegalArgumentException(
                    "The line has " + cells.size() + " columns, the header " + columns.size());
        }
        Map<String, AttributeValue> item = new LinkedHashMap<>();
        for (int i = 0; i < cells.size(); i++) {
            if (!cells.get(i).isEmpty()) {
                item.put(columns.get(i), cell(columns.get(i), cells.get(i)));
            }
        }
        return item;
    }

    private AttributeValue cell(String column, String text) {
        return switch (csv.keyTypes().getOrDefault(column, "S")) {
            case "N" -> AttributeValue.fromN(text.strip());
            case "B" ->
                AttributeValue.fromB(
                        SdkBytes.fromByteArrayUnsafe(Base64.getDecoder().decode(text.strip())));
            default -> AttributeValue.fromS(text);
        };
    }
}
