package dev.penstock.local.journal;

import org.jspecify.annotations.Nullable;

/**
 * A named piece of control state (a table's definition, a mapping's checkpoint, a tag set...), always whole.
 *
 * @param name path-like: {@code table/Orders}
 * @param json its text; {@code null} removes it
 */
public record Document(String name, @Nullable String json) {}
