package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.LineBuilder;
import dev.penstock.lambdas.export.MalformedException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An item's primary key as bytes that are equal when the keys are, however the text spells them. */
final class ItemKey {
    private final List<Name> names;
    private final LineBuilder key = new LineBuilder();

    /** @param names key attributes, always in the same order */
    ItemKey(List<Name> names) {
        this.names = names;
    }

    /** @throws MalformedException when a key attribute is missing */
    ByteBuffer of(Attributes item) {
        key.clear();
        for (Name name : names) {
            int i = item.find(name);
            if (i < 0) {
                throw new MalformedException("missing the key " + name.text + " in the item", 0);
            }
            Span span = item.span(i);
            if (span.scalarType() == 'N' && !isPlain(span)) {
                AttributeValue value = span.decode();
                DynamoDbJson.writeValue(AttributeValue.fromN(plain(value.n())), key);
            } else if (span.hasBackslash()) {
                DynamoDbJson.writeValue(span.decode(), key);
            } else {
                key.raw(span.text(), span.from(), span.to());
            }
        }
        return ByteBuffer.wrap(key.toBytes());
    }

    /** Digits alone, without a zero in front. */
    private static boolean isPlain(Span span) {
        byte[] text = span.text();
        for (int i = span.contentFrom(); i < span.contentTo(); i++) {
            if (text[i] < '0' || text[i] > '9' || (text[i] == '0' && i == span.contentFrom())) {
                return false;
            }
        }
        return true;
    }

    private static String plain(String digits) {
        BigDecimal number = new BigDecimal(digits);
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
