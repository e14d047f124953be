package dev.penstock.local.query;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a query answered; a null cell is SQL's NULL. */
public record ResultTable(List<String> columns, List<List<@Nullable String>> rows) {
    private static final int WIDEST = 60;
    private static final int BAR = 40;

    /** How it is printed. */
    public enum Format {
        TABLE,
        CSV,
        CHART
    }

    public void print(Format format, PrintWriter out) {
        switch (format) {
            case TABLE -> table(out);
            case CSV -> csv(out);
            case CHART -> chart(out);
        }
        out.flush();
    }

    private void table(PrintWriter out) {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = columns.get(i).length();
            for (List<@Nullable String> row : rows) {
                widths[i] =
                        Math.min(WIDEST, Math.max(widths[i], text(row.get(i)).length()));
            }
        }
        line(out, columns, widths);
        StringBuilder rule = new StringBuilder();
        for (int width : widths) {
            rule.append("-".repeat(width)).append("  ");
        }
        out.println(rule.toString().stripTrailing());
        rows.forEach(row -> line(out, row, widths));
        out.println("(" + rows.size() + (rows.size() == 1 ? " row)" : " rows)"));
    }

    private static void line(PrintWriter out, List<? extends @Nullable String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = text(cells.get(i));
            String shown = cell.length() > widths[i] ? cell.substring(0, widths[i] - 1) + "…" : cell;
            line.append(shown).append(" ".repeat(widths[i] - shown.length() + 2));
        }
        out.println(line.toString().stripTrailing());
    }

    private void csv(PrintWriter out) {
        out.println(String.join(",", columns.stream().map(ResultTable::quoted).toList()));
        for (List<@Nullable String> row : rows) {
            out.println(String.join(",", row.stream().map(ResultTable::quoted).toList()));
        }
    }

    /** RFC 4180; SQL's NULL is nothing, an empty string two quotes. */
    private static String quoted(@Nullable String cell) {
        if (cell == null) {
            return "";
        }
        boolean plain = !cell.isEmpty() && cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }

    /** One bar a row: the first column names it, the last is its length. */
    private void chart(PrintWriter out) {
        double most =
                rows.stream().mapToDouble(row -> number(row.getLast())).max().orElse(0);
        int width = rows.stream()
                .mapToInt(row -> text(row.getFirst()).length())
                .max()
                .orElse(0);
        for (List<@Nullable String> row : rows) {
            double value = number(row.getLast());
            int bar = most <= 0 ? 0 : (int) Math.round(Math.max(value, 0) / most * BAR);
            String name = text(row.getFirst());
            out.println(name + " ".repeat(width - name.length()) + "  " + "█".repeat(bar) + " " + text(row.getLast()));
        }
    }

    private static double number(@Nullable String cell) {
        try {
            return cell == null ? 0 : Double.parseDouble(cell);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a chart needs a number in its last column; found: " + cell, e);
        }
    }

    private static String text(@Nullable String cell) {
        return cell == null ? "" : cell;
    }
}
