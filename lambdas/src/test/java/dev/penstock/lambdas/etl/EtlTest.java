package dev.penstock.lambdas.etl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.export.Codec;
import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.Items;
import dev.penstock.lambdas.export.LineBuilder;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class EtlTest {
    private static final String COPY = "{\"output\":{\"compression\":\"NONE\",\"shuffle\":false}}";
    private static final List<String> SHOP = List.of(
            line("'pk':{'S':'c1'},'entity':{'S':'Order'},'status':{'S':'PAID'},'total':{'N':'10.50'},'ttl':{'N':'1'},"
                    + "'shipTo':{'M':{'name':{'S':'A, B'},'country':{'S':'DE'}}},"
                    + "'lines':{'L':[{'M':{'sku':{'S':'x'}}},{'M':{'sku':{'S':'y'}}}]},'coupon':{'S':'say \\'hi\\''}"),
            line("'pk':{'S':'c2'},'entity':{'S':'Order'},'status':{'S':'CANCELLED'},'total':{'N':'1'},"
                    + "'shipTo':{'M':{'country':{'S':'FR'}}},'lines':{'L':[]}"),
            line("'pk':{'S':'c3'},'entity':{'S':'Order'},'status':{'S':'NEW'},'total':{'N':'0.25'},"
                    + "'shipTo':{'M':{'country':{'S':'\\u0044\\u0045'}}}"),
            line("'pk':{'S':'c4'},'entity':{'S':'Customer'},'email':{'S':'a@example.com'},'vip':{'BOOL':true}"));

    private static String line(String attributes) {
        return ("{'Item':{" + attributes.replace("\\'", "\\\\\u0001") + "}}")
                .replace('\'', '"')
                .replace("\\\u0001", "\"");
    }

    private static Folder shop() {
        return new Folder().text("in/shop.json", String.join("\n", SHOP) + "\n");
    }

    @Test
    void untouchedItemsAreCopiedByteByByte() throws IOException {
        Folder folder = shop();
        Etl.Result result = folder.run(COPY, 1);
        assertEquals(SHOP, folder.lines("out/part"));
        assertEquals(
                "read 4 = written 4 + filtered 0 + rejected 0; rows 4",
                result.counts().toString());
        assertEquals(4, result.files().getFirst().lines());
    }

    @Property(tries = 200)
    void anyItemIsCopiedByteByByte(@ForAll("items") List<Map<String, AttributeValue>> items) throws IOException {
        Folder folder = new Folder().items("in/a.json.gz", items);
        Etl.Result result = folder.run(COPY, 1);
        assertEquals(folder.lines("in/"), folder.lines("out/part"));
        assertEquals(items.size(), result.counts().written());
    }

    @Property(tries = 200)
    void spansFindWhatTheReaderFinds(@ForAll("items") List<Map<String, AttributeValue>> items) {
        for (Map<String, AttributeValue> item : items) {
            LineBuilder line = new LineBuilder();
            DynamoDbJson.writeItem(item, line);
            Attributes attributes = new Attributes();
            assertEquals(line.length(), attributes.parseLine(line.array(), 0, line.length()), line::toString);
            assertEquals(item.size(), attributes.count);
            item.forEach((name, value) -> assertEquals(
                    value, attributes.span(attributes.find(Name.of(name))).decode()));
        }
    }

    @Test
    void filterDropRenameAddMask() throws IOException {
        Folder folder = shop();
        Etl.Result result = folder.run("""
                {"steps": [{"filter": "entity = 'Order' AND status <> 'CANCELLED'"},
                           {"drop": ["ttl", "lines", "shipTo"]}, {"rename": {"coupon": "couponCode"}},
                           {"add": {"migrated": {"BOOL": true}}}, {"mask": {"pk": "redact"}}],
                 "output": {"compression": "GZIP"}}""", 1);
        assertEquals(
                List.of(
                        line("'pk':{'S':'***'},'entity':{'S':'Order'},'status':{'S':'PAID'},'total':{'N':'10.50'},"
                                + "'couponCode':{'S':'say \\'hi\\''},'migrated':{'BOOL':true}"),
                        line("'pk':{'S':'***'},'entity':{'S':'Order'},'status':{'S':'NEW'},'total':{'N':'0.25'},"
                                + "'migrated':{'BOOL':true}")),
                folder.lines("out/part"));
        assertEquals(
                "read 4 = written 2 + filtered 2 + rejected 0; rows 2",
                result.counts().toString());
    }

    @Test
    void projectAndExplode() throws IOException {
        Folder folder = shop();
        Etl.Result result = folder.run("""
                {"steps": [{"explode": {"list": "lines", "as": "line"}}, {"project": ["line", "pk"]}],
                 "output": {"compression": "NONE", "shuffle": false}}""", 1);
        assertEquals(
                List.of(
                        line("'line':{'M':{'sku':{'S':'x'}}},'pk':{'S':'c1'}"),
                        line("'line':{'M':{'sku':{'S':'y'}}},'pk':{'S':'c1'}")),
                folder.lines("out/part"));
        assertEquals(
                "read 4 = written 1 + filtered 3 + rejected 0; rows 2",
                result.counts().toString());
    }

    @Test
    void csvHasItsOwnLossyRules() throws IOException {
        Folder folder = shop();
        folder.run("""
                {"output": {"format": "CSV", "compression": "NONE", "shuffle": false,
                  "columns": {"id": "pk", "country": "shipTo.country", "name": "shipTo.name", "lines": "size(lines)",
                              "total": "total", "vip": "vip", "coupon": "coupon", "first": "lines[0].sku"}}}""", 1);
        assertEquals(
                List.of(
                        "id,country,name,lines,total,vip,coupon,first",
                        "c1,DE,\"A, B\",2,10.50,,\"say \"\"hi\"\"\",x",
                        "c2,FR,,0,1,,,",
                        "c3,\"DE\",,,0.25,,,",
                        "c4,,,,,true,,"),
                folder.lines("out/part"));
    }

    @Test
    void groupsCountAndSumExactly() throws IOException {
        Etl.Result result = shop().run("{\"group\": {\"by\": [\"shipTo.country\"], \"sum\": [\"total\"]}}", 1);
        assertEquals(
                List.of(
                        new GroupBy.Row(List.of("DE"), 2, List.of(new BigDecimal("10.75"))),
                        new GroupBy.Row(List.of(""), 1, List.of(BigDecimal.ZERO)),
                        new GroupBy.Row(List.of("FR"), 1, List.of(BigDecimal.ONE))),
                result.groups());
    }

    @Test
    void aPersonIsForgottenByKeyList() throws IOException {
        Folder folder = shop();
        Recipe drop = Recipe.parse(
                "{\"steps\":[{\"forget\":{\"attribute\":\"pk\",\"file\":\"keys\"}},"
                        + "{\"forget\":{\"attribute\":\"pk\",\"in\":[\"c4\"],\"mask\":[\"email\"]}}],"
                        + "\"output\":{\"compression\":\"NONE\",\"shuffle\":false}}",
                file -> List.of("c1 ", "", "c3"));
        Etl.Result result = folder.etl(1).run(drop, List.of(Part.of("in/shop.json")));
        assertEquals(
                "read 4 = written 2 + filtered 2 + rejected 0; rows 2",
                result.counts().toString());
        String all = String.join("\n", folder.lines("out/part"));
        assertTrue(
                all.contains("\"email\":{\"S\":\"***\"}") && !all.contains("c1") && !all.contains("a@example.com"),
                all);
    }

    @Test
    void pseudonymsAreEqualForEqualValuesOnly() throws IOException {
        Folder folder = shop();
        folder.run("""
                {"steps": [{"mask": {"entity": "hash"}}, {"project": ["entity"]}], "maskKey": "0123456789abcdef",
                 "output": {"compression": "NONE", "shuffle": false}}""", 1);
        List<String> lines = folder.lines("out/part");
        assertEquals(lines.get(0), lines.get(1));
        assertTrue(!lines.get(0).equals(lines.get(3)) && lines.get(0).matches(".*\"[0-9a-f]{32}\".*"), lines.get(0));
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void partsAreEqualInSizeAndLoseNothingWhateverTheThreads(Codec codec) throws IOException {
        Folder folder = new Folder();
        List<String> expected = new ArrayList<>();
        for (int file = 0; file < 12; file++) {
            List<Map<String, AttributeValue>> items = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                items.add(Map.of("pk", AttributeValue.fromS(file + "-" + i + "-" + "x".repeat(i % 300))));
            }
            folder.items("in/" + file + ".json.gz", items);
        }
        expected.addAll(folder.lines("in/"));
        Etl.Result result = folder.run("{\"output\":{\"compression\":\"" + codec + "\",\"parts\":3}}", 4);
        List<String> actual = folder.lines("out/part");
        assertEquals(
                expected.stream().sorted().toList(), actual.stream().sorted().toList());
        assertEquals(24_000, result.counts().written());
        long most = result.files().stream()
                .mapToLong(PartWriters.Written::bytes)
                .max()
                .orElseThrow();
        long least = result.files().stream()
                .mapToLong(PartWriters.Written::bytes)
                .min()
                .orElseThrow();
        assertTrue(least > most * 0.9, result.files().toString());
    }

    @Test
    void shufflingSpreadsNeighboursOverParts() throws IOException {
        List<Map<String, AttributeValue>> items = IntStream.range(0, 9_000)
                .mapToObj(i -> Map.of("n", AttributeValue.fromN(Integer.toString(i))))
                .toList();
        Folder folder = new Folder().items("in/a.json", items);
        folder.run("{\"output\":{\"compression\":\"NONE\",\"parts\":3}}", 1);
        List<Map<String, AttributeValue>> first = folder.itemsOf("out/part-00000");
        assertEquals(3_000, first.size());
        assertTrue(Integer.parseInt(first.get(1).get("n").n())
                        - Integer.parseInt(first.get(0).get("n").n())
                > 1);
    }

    @Test
    void oneObjectIsOneGzipMember() throws IOException {
        Folder folder = shop();
        folder.run("{\"output\":{\"compression\":\"GZIP\"}}", 1);
        byte[] gz = folder.objects.get("out/part-00000.json.gz");
        var inflater = new Inflater(true);
        inflater.setInput(gz, 10, gz.length - 10);
        byte[] into = new byte[10_000];
        try {
            inflater.inflate(into);
        } catch (DataFormatException e) {
            throw new IOException(e);
        }
        assertTrue(inflater.finished());
        assertEquals(8, inflater.getRemaining(), "only the trailer follows the first member");
        inflater.end();
    }

    @Test
    void badLinesGoToTheRejectFileAndAreCounted() throws IOException {
        Folder folder = new Folder()
                .text(
                        "in/a.json",
                        SHOP.get(0) + "\n{\"Item\":{\"pk\":{\"S\":\"x\"}\n\nnot json\n" + line("'a':{'N':'1'}"));
        Etl etl = new Etl(folder, folder, new Etl.Options(1, "out/", List.of("pk"), false), bytes -> {});
        Etl.Result result = etl.run(Recipe.parse(COPY, f -> List.of()), List.of(Part.of("in/a.json")));
        assertEquals(
                "read 5 = written 1 + filtered 0 + rejected 4; rows 1",
                result.counts().toString());
        List<String> rejects = folder.lines("out/rejects");
        assertEquals(4, rejects.size());
        assertTrue(rejects.get(0).startsWith("{\"file\":\"in/a.json\",\"line\":2,\"byte\":"), rejects.get(0));
        assertTrue(
                rejects.get(3).contains("\"line\":5") && rejects.get(3).contains("missing the key pk"), rejects.get(3));
    }

    @Test
    void aRejectNamesFileLineKeyAndRule() throws IOException {
        Folder folder = new Folder().text("in/a.json", line("'pk':{'S':'x'},'n':{'N':'abc'}") + "\n");
        Etl etl = new Etl(folder, folder, new Etl.Options(1, "out/", List.of("pk"), false), bytes -> {});
        etl.run(Recipe.parse("{\"steps\":[{\"filter\":\"n > 5\"}]}", f -> List.of()), List.of(Part.of("in/a.json")));
        String reject = folder.lines("out/rejects").getFirst();
        assertTrue(reject.contains("\"key\":\"pk={\\\"S\\\":\\\"x\\\"}\""), reject);
        assertTrue(reject.contains("not a number"), reject);
    }

    @Test
    void aDryRunCountsAndWritesNothing() throws IOException {
        Folder folder = shop();
        Etl etl = new Etl(folder, folder, new Etl.Options(1, "out/", List.of(), true), bytes -> {});
        assertEquals(
                4,
                etl.run(Recipe.parse(COPY, f -> List.of()), List.of(Part.of("in/shop.json")))
                        .counts()
                        .written());
        assertEquals(List.of("in/shop.json"), folder.list(""));
    }

    @Test
    void aTruncatedFileIsAnErrorThatNamesIt() throws IOException {
        Folder folder = new Folder();
        folder.items("in/a.json.gz", List.of(Map.of("pk", AttributeValue.fromS("x".repeat(9_000)))));
        byte[] whole = folder.objects.get("in/a.json.gz");
        folder.objects.put("in/a.json.gz", Arrays.copyOf(whole, whole.length / 2));
        IOException e = assertThrows(IOException.class, () -> folder.run(COPY, 1));
        assertTrue(e.getMessage().contains("in/a.json.gz, line 1"), e.getMessage());
    }

    @Test
    void aFileThatLacksLinesOfItsManifestIsAnError() {
        Part part = new Part("in/shop.json", Part.of("x.json").format(), Codec.NONE, 5);
        IOException e = assertThrows(
                IOException.class, () -> shop().etl(1).run(Recipe.parse(COPY, f -> List.of()), List.of(part)));
        assertTrue(e.getMessage().contains("has 4 lines, but the manifest says 5 items"), e.getMessage());
    }

    @Test
    void linesLongerThanTheWindowPass() throws IOException {
        Folder folder = new Folder()
                .items(
                        "in/a.json",
                        List.of(
                                Map.of("pk", AttributeValue.fromS("\u0001".repeat(400_000))),
                                Map.of("pk", AttributeValue.fromS("short"))));
        folder.run(COPY, 1);
        assertEquals(folder.lines("in/"), folder.lines("out/part"));
    }

    @Test
    void spacedJsonIsReadAndWrittenCompact() throws IOException {
        Folder folder = new Folder().text("in/a.json", "{ \"Item\" : { \"a\" : { \"N\" : \"1\" } } }\r\n");
        folder.run(COPY, 1);
        assertEquals(List.of(line("'a':{'N':'1'}")), folder.lines("out/part"));
    }

    @Test
    void ionIsReadAndWritten() throws IOException {
        Folder folder = new Folder().text("in/a.ion", "$ion_1_0 {Item:{a:12.50,s:$dynamodb_SS::[\"x\"]}}\n");
        folder.run("{\"output\":{\"format\":\"ION\",\"compression\":\"NONE\"}}", 1);
        assertEquals(List.of("$ion_1_0 {Item:{a:12.5,s:$dynamodb_SS::[\"x\"]}}"), folder.lines("out/part"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"stepz\":[]}",
                "{\"steps\":[{\"filtre\":\"a = 1\"}]}",
                "{\"steps\":[{\"filter\":\"a = \"}]}",
                "{\"steps\":[{\"filter\":\"a = 1 b\"}]}",
                "{\"steps\":[{\"mask\":{\"a\":\"hash\"}}]}",
                "{\"steps\":[{\"mask\":{\"a\":\"rot13\"}}]}",
                "{\"output\":{\"format\":\"CSV\"}}",
                "{\"output\":{\"parts\":0}}",
                "{\"output\":{\"compression\":\"LZO\"}}",
                "{\"steps\":[{\"drop\":\"a\"}]}",
                "{\"output\":{\"columns\":{\"a\":\"b..c\"},\"format\":\"CSV\"}}",
                "{\"steps\":[{\"forget\":{\"attribute\":\"a\"}}]}"
            })
    void aWrongRecipeIsRefused(String recipe) {
        assertThrows(IllegalArgumentException.class, () -> Recipe.parse(recipe, f -> List.of()));
    }

    @Provide
    Arbitrary<List<Map<String, AttributeValue>>> items() {
        return Items.items().list().ofMaxSize(8);
    }
}
