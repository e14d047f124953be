package dev.penstock.lambdas.verify;

/**
 * A row that is not as a recomputation makes it.
 *
 * @param effect table of the view or aggregate
 * @param key of the row, or the group
 * @param expected what the source gives; {@code none} for a row that ought not to be
 * @param actual what the table holds; {@code none} for a row that is missing
 */
public record Difference(String effect, String key, String expected, String actual) {
    /** In place of a row that is not there. */
    public static final String NONE = "none";
}
