package dev.penstock.lambdas.catalog;

/**
 * What a replica must not show.
 *
 * @param path attribute, or {@code list.attribute} and {@code map.attribute}: of every element, to any depth
 */
public record Mask(String path, Kind kind) {
    /** How a value is made unreadable. */
    public enum Kind {
        /** The attribute is left out. */
        DROP,
        /** A constant of the same type: {@code ***}, 0, no bytes, false; NULL for every other type. */
        REDACT
    }

    public Mask {
        Rule.length("masked attribute", path, 1, 1_000);
        Rule.require(
                !path.startsWith(".") && !path.endsWith(".") && !path.contains(".."),
                "masked attribute",
                "'" + path + "'",
                "names joined with single dots");
    }

    public static Mask drop(String path) {
        return new Mask(path, Kind.DROP);
    }

    public static Mask redact(String path) {
        return new Mask(path, Kind.REDACT);
    }
}
