package dev.penstock.local.bench;

import dev.penstock.lambdas.export.LineBuilder;
import dev.penstock.lambdas.export.ObjectSink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/**
 * Generates the data files of a single-table shop as an export would hold them: 60% orders with nested lines, 15%
 * customers with sets and binary, 25% events; about 830 bytes an item, gzip about 5:1. The same seed gives the same
 * bytes.
 */
final class ShopExport {
    private static final String[] COUNTRIES = {"DE", "FR", "US", "GB", "BR", "IN", "JP", "ES", "IT", "NL"};
    private static final String[] STATUS = {"NEW", "PAID", "SHIPPED", "DELIVERED", "CANCELLED", "RETURNED"};
    private static final String[] WORDS = {
        "copper",
        "Müller",
        "kettle",
        "green",
        "\\\"large\\\"",
        "São Paulo",
        "light",
        "wood",
        "steel",
        "cotton",
        "travel",
        "garden",
        "kitchen",
        "naïve",
        "deluxe",
        "compact"
    };

    private final SplittableRandom random;
    private final LineBuilder line = new LineBuilder();

    private ShopExport(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Writes part files of this many uncompressed bytes; returns items written. */
    static long write(ObjectSink sink, int parts, long bytesPerPart) throws IOException {
        long items = 0;
        for (int part = 0; part < parts; part++) {
            ShopExport export = new ShopExport(part);
            try (OutputStream out =
                    new GZIPOutputStream(sink.create("data/part-%03d.json.gz".formatted(part)), 1 << 16)) {
                for (long written = 0; written < bytesPerPart; items++) {
                    export.item();
                    written += export.line.length();
                    export.line.writeTo(out);
                }
            }
        }
        return items;
    }

    private void item() {
        line.clear().ascii("{\"Item\":{");
        int kind = random.nextInt(100);
        if (kind < 60) {
            order();
        } else if (kind < 75) {
            customer();
        } else {
            event();
        }
        line.ascii("}}\n");
    }

    private void order() {
        string("pk", "C#" + id(8)).ascii(',');
        string("sk", "O#" + id(12)).ascii(',');
        string("entity", "Order").ascii(',');
        string("status", STATUS[random.nextInt(STATUS.length)]).ascii(',');
        string("createdAt", time()).ascii(',');
        number("total", random.nextInt(100, 600_000)).ascii(',');
        string("currency", "EUR").ascii(',');
        line.ascii("\"shipTo\":{\"M\":{");
        string("name", words(2)).ascii(',');
        string("street", words(3)).ascii(',');
        string("city", words(1)).ascii(',');
        string("country", COUNTRIES[random.nextInt(COUNTRIES.length)]).ascii("}},");
        line.ascii("\"lines\":{\"L\":[");
        int lines = 1 + random.nextInt(5);
        for (int i = 0; i < lines; i++) {
            line.ascii(i == 0 ? "{\"M\":{" : ",{\"M\":{");
            string("productId", "P#" + id(6)).ascii(',');
            string("title", words(3)).ascii(',');
            number("quantity", 100 * random.nextInt(1, 9)).ascii(',');
            number("price", random.nextInt(100, 90_000)).ascii("}}");
        }
        line.ascii("]},\"tags\":{\"SS\":[\"web\",\"").ascii(id(4)).ascii("\"]},\"gift\":{\"BOOL\":");
        line.ascii(random.nextBoolean() ? "true}," : "false},");
        line.ascii("\"note\":{\"NULL\":true},");
        string("couponCode", id(6)).ascii(',');
        line.ascii("\"ttl\":{\"N\":\"")
                .ascii(Long.toString(1_700_000_000L + random.nextInt(90_000_000)))
                .ascii("\"}");
    }

    private void customer() {
        string("pk", "C#" + id(8)).ascii(',');
        string("sk", "PROFILE").ascii(',');
        string("entity", "Customer").ascii(',');
        string("email", id(10) + "@example.com").ascii(',');
        string("name", words(2)).ascii(',');
        string("bio", words(40)).ascii(',');
        line.ascii("\"scores\":{\"NS\":[\"1\",\"")
                .ascii(Integer.toString(random.nextInt(2, 99)))
                .ascii("\"]},");
        line.ascii("\"avatar\":{\"B\":\"").ascii(id(160)).ascii("\"}");
    }

    private void event() {
        string("pk", "T#" + id(6)).ascii(',');
        string("sk", time() + "#" + id(16)).ascii(',');
        string("entity", "Event").ascii(',');
        string("feature", words(1)).ascii(',');
        number("durationMs", random.nextInt(1_000_000)).ascii(',');
        line.ascii("\"detail\":{\"M\":{");
        string("path", "/" + id(20)).ascii(',');
        string("agent", words(16)).ascii(',');
        string("session", id(32)).ascii("}}");
    }

    private LineBuilder string(String name, String json) {
        return line.ascii('"').ascii(name).ascii("\":{\"S\":\"").raw(utf8(json)).ascii("\"}");
    }

    private LineBuilder number(String name, int cents) {
        return line.ascii('"')
                .ascii(name)
                .ascii("\":{\"N\":\"")
                .ascii(Integer.toString(cents / 100))
                .ascii('.')
                .ascii(Integer.toString(cents / 10 % 10))
                .ascii(Integer.toString(cents % 9 + 1))
                .ascii("\"}");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String words(int n) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < n; i++) {
            words.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
        return words.toString();
    }

    private String id(int length) {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < length; i++) {
            id.append("abcdefghijklmnopqrstuvwxyz234567".charAt(random.nextInt(32)));
        }
        return id.toString();
    }

    private String time() {
        return "2026-%02d-%02dT%02d:%02d:%02d.%03dZ"
                .formatted(
                        random.nextInt(1, 13),
                        random.nextInt(1, 29),
                        random.nextInt(24),
                        random.nextInt(60),
                        random.nextInt(60),
                        random.nextInt(1000));
    }
}
