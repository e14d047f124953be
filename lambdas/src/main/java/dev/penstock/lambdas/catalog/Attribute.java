package dev.penstock.lambdas.catalog;

/**
 * A key attribute with its type, as {@code AttributeDefinitions} of CreateTable wants it.
 *
 * @param name 1 to 255 bytes, see "Naming rules" of the DynamoDB developer guide
 */
public record Attribute(String name, Type type) {
    /** The types a key may have. */
    public enum Type {
        S,
        N,
        B
    }

    public Attribute {
        Rule.length("attribute name", name, 1, 255);
    }

    public static Attribute string(String name) {
        return new Attribute(name, Type.S);
    }

    public static Attribute number(String name) {
        return new Attribute(name, Type.N);
    }
}
