package dev.penstock.local.dax;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Random values of every DynamoDB type, within DynamoDB's own limits. */
public final class RandomItems {
    private static final String LETTERS = "abcXYZ019_-. äß€\uD83D\uDE00\u0000\"'";

    private RandomItems() {}

    public static AttributeValue value(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 0 ? 10 : 8)) {
            case 0 -> AttributeValue.fromS(text(random, random.nextInt(40)));
            case 1 -> AttributeValue.fromN(number(random));
            case 2 -> AttributeValue.fromB(bytes(random, random.nextInt(300)));
            case 3 -> AttributeValue.fromBool(random.nextBoolean());
            case 4 -> AttributeValue.fromNul(true);
            case 5 -> {
                Set<String> set = new LinkedHashSet<>();
                for (int i = 0; i <= random.nextInt(5); i++) {
                    set.add(text(random, 1 + random.nextInt(9)));
                }
                yield AttributeValue.fromSs(List.copyOf(set));
            }
            case 6 -> {
                Set<String> set = new LinkedHashSet<>();
                for (int i = 0; i <= random.nextInt(5); i++) {
                    set.add(number(random));
                }
                yield AttributeValue.fromNs(List.copyOf(set));
            }
            case 7 -> {
                Set<SdkBytes> set = new LinkedHashSet<>();
                for (int i = 0; i <= random.nextInt(5); i++) {
                    set.add(bytes(random, 1 + random.nextInt(9)));
                }
                yield AttributeValue.fromBs(List.copyOf(set));
            }
            case 8 -> {
                List<AttributeValue> list = new ArrayList<>();
                for (int i = 0; i < random.nextInt(5); i++) {
                    list.add(value(random, depth - 1));
                }
                yield AttributeValue.fromL(list);
            }
            default -> {
                Map<String, AttributeValue> map = new LinkedHashMap<>();
                for (int i = 0; i < random.nextInt(5); i++) {
                    map.put(text(random, 1 + random.nextInt(9)), value(random, depth - 1));
                }
                yield AttributeValue.fromM(map);
            }
        };
    }

    public static String text(SplittableRandom random, int length) {
        StringBuilder text = new StringBuilder();
        int[] letters = LETTERS.codePoints().toArray();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(letters[random.nextInt(letters.length)]);
        }
        return text.toString();
    }

    static SdkBytes bytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return SdkBytes.fromByteArrayUnsafe(bytes);
    }

    /** A number of up to 38 digits, magnitudes 1E-130 to 9.9E125, often small, written as DynamoDB does. */
    public static String number(SplittableRandom random) {
        return Values.text(decimal(random));
    }

    static BigDecimal decimal(SplittableRandom random) {
        int digits = random.nextInt(4) == 0 ? 1 + random.nextInt(38) : 1 + random.nextInt(6);
        BigInteger unscaled = new BigInteger(1, bytes(random, 20).asByteArray()).mod(BigInteger.TEN.pow(digits));
        int exponent = random.nextInt(4) == 0 ? random.nextInt(-130, 126 - digits) : random.nextInt(-6, 7);
        BigDecimal number = new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), -exponent);
        return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    }
}
