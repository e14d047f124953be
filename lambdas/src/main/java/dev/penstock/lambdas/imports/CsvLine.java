package dev.penstock.lambdas.imports;

import dev.penstock.lambdas.export.MalformedException;
import java.util.ArrayList;
import java.util.List;

/** One line of CSV (RFC 4180): cells between delimiters, a cell with special characters between quotes. */
final class CsvLine {
    private CsvLine() {}

    /**
     * The cells of a line; what stands between quotes is a cell even when it is empty.
     *
     * @throws MalformedException when a quote is not closed on the line, or text follows a closing quote
     */
    static List<String> cells(String line, char delimiter) {
        List<String> cells = new ArrayList<>();
        int at = 0;
        while (true) {
            if (at < line.length() && line.charAt(at) == '"') {
                StringBuilder cell = new StringBuilder();
                at = quoted(line, at + 1, cell);
                if (at < line.length() && line.charAt(at) != delimiter) {
                    throw new MalformedException("text after the closing quote of a cell", at);
                }
                cells.add(cell.toString());
            } else {
                int end = line.indexOf(delimiter, at);
                cells.add(line.substring(at, end < 0 ? line.length() : end));
                at = end < 0 ? line.length() : end;
            }
            if (at >= line.length()) {
                return cells;
            }
            at++;
        }
    }

    /** Reads up to the closing quote; returns where the cell ends. */
    private static int quoted(String line, int from, StringBuilder cell) {
        int at = from;
        while (true) {
            int quote = line.indexOf('"', at);
            if (quote < 0) {
                throw new MalformedException("cell without closing quote", from);
            }
            cell.append(line, at, quote);
            if (quote + 1 >= line.length() || line.charAt(quote + 1) != '"') {
                return quote + 1;
            }
            cell.append('"');
            at = quote + 2;
        }
    }
}
