package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.stream.Guard;
import java.util.Map;

/**
 * A row of a control table, as read.
 *
 * @param expires whether it is a tombstone, which TTL deletes
 * @param guard of the last change applied; {@link Guard#REBUILT} when there is no row
 */
record ControlRow(boolean exists, boolean expires, Guard guard, Remembered remembered) {
    static final String GUARD = "guard";
    static final String EFFECTS = "effects";
    static final String EXPIRES_AT = "expiresAt";

    static final ControlRow ABSENT = new ControlRow(false, false, Guard.REBUILT, Remembered.NOTHING);

    /** From its attributes; none when there is no row. */
    static ControlRow of(Map<String, Value> attributes) {
        if (attributes.isEmpty()) {
            return ABSENT;
        }
        if (attributes.get(GUARD) instanceof Value.S guard && attributes.get(EFFECTS) instanceof Value.M effects) {
            return new ControlRow(
                    true, attributes.containsKey(EXPIRES_AT), new Guard(guard.value()), Remembered.of(effects));
        }
        throw new IllegalStateException("not a control row: attributes " + attributes.keySet());
    }
}
