package dev.penstock.local.dax;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Transactions travel by column: one array for each property of the actions, null where no action has it. */
final class Columns {
    private Columns() {}

    static <T extends @Nullable Object> List<T> read(CborReader in, Function<CborReader, T> element) {
        List<T> column = new ArrayList<>();
        if (!in.tryNull()) {
            int length = in.readArray();
            while (in.more(length, column.size())) {
                column.add(element.apply(in));
            }
        }
        return column;
    }

    static byte @Nullable [] nullableBytes(CborReader in) {
        return in.tryNull() ? null : in.readBytes();
    }

    static <T> T at(List<T> column, int row) {
        if (row >= column.size()) {
            throw new MalformedRequestException("a column of " + column.size() + " where row " + row + " is needed");
        }
        return column.get(row);
    }

    static <T extends @Nullable Object> @Nullable T orNull(List<T> column, int row) {
        return row < column.size() ? column.get(row) : null;
    }
}
