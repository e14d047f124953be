package dev.penstock.local.dax;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Attribute values on the wire. */
final class Values {
    /** DynamoDB allows 32 levels and judges that itself; this only bounds the stack. */
    private static final int MAX_DEPTH = 64;

    private Values() {}

    static AttributeValue read(CborReader in) {
        return read(in, 0);
    }

    private static AttributeValue read(CborReader in, int depth) {
        if (depth > MAX_DEPTH) {
            throw new MalformedRequestException("attribute value nested deeper than " + MAX_DEPTH);
        }
        int head = in.peek();
        return switch (head >>> 5) {
            case Cbor.TEXT -> AttributeValue.fromS(in.readText());
            case Cbor.BYTES -> AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(in.readBytes()));
            case Cbor.ARRAY -> AttributeValue.fromL(readList(in, depth));
            case Cbor.MAP -> AttributeValue.fromM(readMap(in, depth));
            case Cbor.TAG -> readTagged(in);
            case Cbor.SIMPLE -> readSimple(in, head);
            default -> AttributeValue.fromN(readNumber(in));
        };
    }

    private static List<AttributeValue> readList(CborReader in, int depth) {
        int length = in.readArray();
        List<AttributeValue> list = new ArrayList<>();
        while (in.more(length, list.size())) {
            list.add(read(in, depth + 1));
        }
        return list;
    }

    private static Map<String, AttributeValue> readMap(CborReader in, int depth) {
        int length = in.readMap();
        Map<String, AttributeValue> map = new LinkedHashMap<>();
        for (int i = 0; in.more(length, i); i++) {
            map.put(in.readText(), read(in, depth + 1));
        }
        return map;
    }

    private static AttributeValue readSimple(CborReader in, int head) {
        return switch (head) {
            case Cbor.NULL -> {
                in.tryNull();
                yield AttributeValue.fromNul(true);
            }
            case Cbor.TRUE, Cbor.FALSE -> AttributeValue.fromBool(in.readBoolean());
            default -> AttributeValue.fromN(readNumber(in));
        };
    }

    private static AttributeValue readTagged(CborReader in) {
        int start = in.position();
        long tag = in.readTag();
        if (tag == Cbor.TAG_STRING_SET) {
            List<String> set = new ArrayList<>();
            for (int length = in.readArray(); in.more(length, set.size()); ) {
                set.add(in.readText());
            }
            return AttributeValue.fromSs(set);
        }
        if (tag == Cbor.TAG_NUMBER_SET) {
            List<String> set = new ArrayList<>();
            for (int length = in.readArray(); in.more(length, set.size()); ) {
                set.add(readNumber(in));
            }
            return AttributeValue.fromNs(set);
        }
        if (tag == Cbor.TAG_BINARY_SET) {
            List<SdkBytes> set = new ArrayList<>();
            for (int length = in.readArray(); in.more(length, set.size()); ) {
                set.add(SdkBytes.fromByteArrayUnsafe(in.readBytes()));
            }
            return AttributeValue.fromBs(set);
        }
        in.back(start);
        return AttributeValue.fromN(readNumber(in));
    }

    private static String readNumber(CborReader in) {
        return text(in.readNumber());
    }

    /** A number as DynamoDB writes it: plain digits, no exponent. */
    static String text(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.toPlainString();
    }

    static void write(AttributeValue value, CborWriter out) {
        switch (value.type()) {
            case S -> out.text(value.s());
            case N -> out.number(new BigDecimal(value.n()));
            case B -> out.bytes(value.b().asByteArrayUnsafe());
            case BOOL -> out.bool(value.bool());
            case NUL -> out.nul();
            case SS -> {
                out.tag(Cbor.TAG_STRING_SET).array(value.ss().size());
                value.ss().forEach(out::text);
            }
            case NS -> {
                out.tag(Cbor.TAG_NUMBER_SET).array(value.ns().size());
                value.ns().forEach(n -> out.number(new BigDecimal(n)));
            }
            case BS -> {
                out.tag(Cbor.TAG_BINARY_SET).array(value.bs().size());
                value.bs().forEach(b -> out.bytes(b.asByteArrayUnsafe()));
            }
            case L -> {
                out.array(value.l().size());
                value.l().forEach(element -> write(element, out));
            }
            case M -> {
                out.map(value.m().size());
                value.m().forEach((name, member) -> write(member, out.text(name)));
            }
            default -> throw new IllegalArgumentException("attribute value of unknown type: " + value);
        }
    }
}
