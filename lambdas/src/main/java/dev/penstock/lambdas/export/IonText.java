package dev.penstock.lambdas.export;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Writes one line of an ION data file: {@code $ion_1_0 {Item:{Id:103.,Authors:$dynamodb_SS::["A1"]}}}. Every number is
 * an Ion decimal without trailing zeros ({@code 103.}, {@code 6d2}), a set a list annotated with its type. {@link IonLine}
 * reads them.
 */
public final class IonText {
    private static final Set<String> KEYWORDS = Set.of("null", "true", "false", "nan");

    private IonText() {}

    public static void writeItem(Map<String, AttributeValue> item, LineBuilder line) {
        line.ascii("$ion_1_0 {Item:");
        writeStruct(item, line);
        line.ascii('}');
    }

    public static void writeChange(Change change, LineBuilder line) {
        line.ascii("$ion_1_0 {Record:{Metadata:{WriteTimestampMicros:");
        writeNumber(Long.toString(change.writeTimestampMicros()), line);
        line.ascii("},Keys:");
        writeStruct(change.keys(), line);
        if (change.oldImage() != null) {
            line.ascii(",OldImage:");
            writeStruct(change.oldImage(), line);
        }
        if (change.newImage() != null) {
            line.ascii(",NewImage:");
            writeStruct(change.newImage(), line);
        }
        line.ascii("}}");
    }

    private static void writeStruct(Map<String, AttributeValue> attributes, LineBuilder line) {
        char before = '{';
        for (Map.Entry<String, AttributeValue> attribute : attributes.entrySet()) {
            line.ascii(before);
            writeSymbol(attribute.getKey(), line);
            line.ascii(':');
            writeValue(attribute.getValue(), line);
            before = ',';
        }
        line.ascii(before == '{' ? "{}" : "}");
    }

    private static void writeValue(AttributeValue value, LineBuilder line) {
        switch (value.type()) {
            case S -> line.quoted(value.s(), '"', "\\x");
            case N -> writeNumber(value.n(), line);
            case B -> writeBlob(value.b(), line);
            case BOOL -> line.ascii(value.bool().toString());
            case NUL -> line.ascii("null");
            case M -> writeStruct(value.m(), line);
            case L -> writeList(value.l(), line, IonText::writeValue);
            case SS -> writeList(value.ss(), line.ascii("$dynamodb_SS::"), (s, to) -> to.quoted(s, '"', "\\x"));
            case NS -> writeList(value.ns(), line.ascii("$dynamodb_NS::"), IonText::writeNumber);
            case BS -> writeList(value.bs(), line.ascii("$dynamodb_BS::"), IonText::writeBlob);
            case UNKNOWN_TO_SDK_VERSION -> throw new IllegalArgumentException("an attribute value without type");
        }
    }

    private static <T> void writeList(List<T> values, LineBuilder line, BiConsumer<T, LineBuilder> each) {
        char before = '[';
        for (T value : values) {
            line.ascii(before);
            each.accept(value, line);
            before = ',';
        }
        line.ascii(before == '[' ? "[]" : "]");
    }

    private static void writeBlob(SdkBytes bytes, LineBuilder line) {
        line.ascii("{{").ascii(DynamoDbJson.base64(bytes)).ascii("}}");
    }

    /** A field name: bare where Ion allows it, else between single quotes. */
    private static void writeSymbol(String name, LineBuilder line) {
        if (isIdentifier(name)) {
            line.ascii(name);
        } else {
            line.quoted(name, '\'', "\\x");
        }
    }

    private static boolean isIdentifier(String name) {
        if (name.isEmpty() || KEYWORDS.contains(name) || Character.isDigit(name.charAt(0))) {
            return false;
        }
        boolean onlyDigitsAfterDollar = name.charAt(0) == '$' && name.length() > 1;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            if (!digit && c != '_' && c != '$' && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')) {
                return false;
            }
            onlyDigitsAfterDollar &= i == 0 || digit;
        }
        return !onlyDigitsAfterDollar; // $10 would be a symbol id
    }

    /** The text that ion-java gives a decimal: a point where the exponent is small, {@code d} where it is not. */
    private static void writeNumber(String number, LineBuilder line) {
        BigDecimal value = new BigDecimal(number);
        value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        if (value.signum() < 0) {
            line.ascii('-');
        }
        String digits = value.unscaledValue().abs().toString();
        int scale = value.scale();
        int whole = digits.length() - scale;
        if (scale == 0) {
            line.ascii(digits).ascii('.');
        } else if (scale < 0) {
            line.ascii(digits).ascii('d').ascii(Integer.toString(-scale));
        } else if (whole > 0) {
            line.ascii(digits.substring(0, whole)).ascii('.').ascii(digits.substring(whole));
        } else if (whole > -6) {
            line.ascii("0.").ascii("0".repeat(-whole)).ascii(digits);
        } else {
            line.ascii(digits).ascii("d-").ascii(Integer.toString(scale));
        }
    }
}
