package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.Json;
import dev.penstock.lambdas.export.LineBuilder;
import java.util.Arrays;

/** An attribute name ready for comparison with names in JSON text: its bytes there, without quotes. */
final class Name {
    final String text;
    final byte[] json;
    final long word;

    private Name(String text, byte[] json) {
        this.text = text;
        this.json = json;
        this.word = Spans.word(json, 0, json.length);
    }

    static Name of(String text) {
        byte[] quoted = new LineBuilder().json(text).toBytes();
        return new Name(text, Arrays.copyOfRange(quoted, 1, quoted.length - 1));
    }

    /** A name in JSON text that has escapes, brought to the one form that {@link #of} gives. */
    static Name unescaped(byte[] text, int from, int to) {
        return of(new Json(text, from - 1, to + 1).string());
    }

    boolean is(byte[] other, int from, int to) {
        return to - from == json.length && Arrays.equals(other, from, to, json, 0, json.length);
    }
}
