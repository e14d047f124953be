package dev.penstock.lambdas.imports;

import java.util.List;
import java.util.Map;

/**
 * How CSV becomes items.
 *
 * @param delimiter one of comma, semicolon, colon, bar, tab, space
 * @param header column names; empty when the first line of each file has them
 * @param keyTypes S, N or B of the columns that are keys of the table or of an index; every other column is a string
 */
public record CsvOptions(char delimiter, List<String> header, Map<String, String> keyTypes) {
    private static final int MOST_COLUMNS = 255;

    public CsvOptions {
        header = List.copyOf(header);
        keyTypes = Map.copyOf(keyTypes);
        if (",;:|\t ".indexOf(delimiter) < 0) {
            throw new IllegalArgumentException(
                    "delimiter must be one of , ; : | tab space; given: '" + delimiter + "'");
        }
        if (header.size() > MOST_COLUMNS) {
            throw new IllegalArgumentException(
                    "a header has at most " + MOST_COLUMNS + " columns; given: " + header.size());
        }
    }
}
