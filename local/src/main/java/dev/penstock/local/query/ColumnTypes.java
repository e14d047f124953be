package dev.penstock.local.query;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The SQL type of each attribute, from all its values: S is VARCHAR, N the smallest of BIGINT, DECIMAL(38, s) and DOUBLE
 * that holds every value without loss (DOUBLE: as well as it can), BOOL BOOLEAN, B BLOB, everything else and every
 * mixture JSON.
 */
final class ColumnTypes {
    private static final int MOST_DIGITS = 38;
    private static final int BIGINT_DIGITS = 18;

    private final Map<String, Column> columns = new LinkedHashMap<>();

    /** What was seen of one attribute. */
    private static final class Column {
        private AttributeValue.Type type = AttributeValue.Type.NUL;
        private boolean mixed;
        private int whole;
        private int scale;
        private boolean huge;

        void see(AttributeValue value) {
            if (value.type() == AttributeValue.Type.NUL) {
                return;
            }
            mixed |= type != AttributeValue.Type.NUL && type != value.type();
            type = value.type();
            if (value.n() != null) {
                BigDecimal number = new BigDecimal(value.n()).stripTrailingZeros();
                huge |= number.precision() > MOST_DIGITS || Math.abs(number.scale()) > MOST_DIGITS;
                scale = Math.max(scale, number.scale());
                whole = Math.max(whole, number.precision() - number.scale());
            }
        }

        String sql() {
            if (mixed) {
                return "JSON";
            }
            return switch (type) {
                case S, NUL -> "VARCHAR";
                case BOOL -> "BOOLEAN";
                case B -> "VARCHAR";
                case N -> number();
                case M, L, SS, NS, BS, UNKNOWN_TO_SDK_VERSION -> "JSON";
            };
        }

        private String number() {
            if (huge || whole + scale > MOST_DIGITS) {
                return "DOUBLE";
            }
            return scale <= 0 && whole <= BIGINT_DIGITS
                    ? "BIGINT"
                    : "DECIMAL(" + MOST_DIGITS + ", " + Math.max(scale, 0) + ")";
        }
    }

    void see(Map<String, AttributeValue> item) {
        item.forEach((name, value) ->
                columns.computeIfAbsent(name, unseen -> new Column()).see(value));
    }

    boolean isEmpty() {
        return columns.isEmpty();
    }

    /** The argument {@code columns} of DuckDB's read_json. */
    String readColumns() {
        return columns.entrySet().stream()
                .map(column -> literal(column.getKey()) + ": "
                        + literal(column.getValue().sql()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** What to select: binary decoded. */
    String selected() {
        return columns.entrySet().stream()
                .map(column -> {
                    String name = identifier(column.getKey());
                    return isBinary(column.getValue()) ? "from_base64(" + name + ") AS " + name : name;
                })
                .collect(Collectors.joining(", "));
    }

    private static boolean isBinary(Column column) {
        return !column.mixed && column.type == AttributeValue.Type.B;
    }

    static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String literal(String text) {
        return '\'' + text.replace("'", "''") + '\'';
    }
}
