package dev.penstock.lambdas.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DataLinesTest {
    /** The item that the Developer Guide shows ("DynamoDB table export output format"). */
    private static final Map<String, AttributeValue> BOOK = book();

    private static Map<String, AttributeValue> book() {
        Map<String, AttributeValue> item = new LinkedHashMap<>();
        item.put("Authors", AttributeValue.fromSs(List.of("Author1", "Author2")));
        item.put("Dimensions", AttributeValue.fromS("8.5 x 11.0 x 1.5"));
        item.put("ISBN", AttributeValue.fromS("333-3333333333"));
        item.put("Id", AttributeValue.fromN("103"));
        item.put("InPublication", AttributeValue.fromBool(false));
        item.put("PageCount", AttributeValue.fromN("600"));
        item.put("Price", AttributeValue.fromN("2000"));
        return item;
    }

    @Test
    void jsonIsTheDocumentedLine() {
        LineBuilder line = new LineBuilder();
        DynamoDbJson.writeItem(BOOK, line);
        assertEquals(
                "{\"Item\":{\"Authors\":{\"SS\":[\"Author1\",\"Author2\"]},\"Dimensions\":{\"S\":\"8.5 x 11.0 x 1.5\"},"
                        + "\"ISBN\":{\"S\":\"333-3333333333\"},\"Id\":{\"N\":\"103\"},\"InPublication\":{\"BOOL\":false},"
                        + "\"PageCount\":{\"N\":\"600\"},\"Price\":{\"N\":\"2000\"}}}",
                line.toString());
    }

    @Test
    void ionIsTheDocumentedLine() {
        LineBuilder line = new LineBuilder();
        IonText.writeItem(BOOK, line);
        assertEquals(
                "$ion_1_0 {Item:{Authors:$dynamodb_SS::[\"Author1\",\"Author2\"],Dimensions:\"8.5 x 11.0 x 1.5\","
                        + "ISBN:\"333-3333333333\",Id:103.,InPublication:false,PageCount:6d2,Price:2d3}}",
                line.toString());
    }

    @Property(tries = 300)
    void jsonRoundTrip(@ForAll("items") Map<String, AttributeValue> item) {
        LineBuilder line = new LineBuilder();
        DynamoDbJson.writeItem(item, line);
        assertEquals(item, DynamoDbJson.readItem(line.array(), 0, line.length()));
    }

    @Property(tries = 300)
    void ionRoundTrip(@ForAll("items") Map<String, AttributeValue> item) {
        LineBuilder line = new LineBuilder();
        IonText.writeItem(item, line);
        assertEquals(item, IonLine.readItem(line.array(), 0, line.length()), line::toString);
    }

    @Property(tries = 150)
    void changesRoundTrip(@ForAll("changes") Change change) {
        LineBuilder line = new LineBuilder();
        DynamoDbJson.writeChange(change, line);
        assertEquals(change, DynamoDbJson.readChange(line.array(), 0, line.length()));
        IonText.writeChange(change, line.clear());
        assertEquals(change, IonLine.readChange(line.array(), 0, line.length()), line::toString);
    }

    @Test
    void aLargestItemRoundTrips() {
        byte[] noise = new byte[300_000];
        new Random(1).nextBytes(noise);
        Map<String, AttributeValue> item = Map.of(
                "escapes", AttributeValue.fromS("\u0001\"\\".repeat(33_000)),
                "binary", AttributeValue.fromB(SdkBytes.fromByteArray(noise)));
        LineBuilder line = new LineBuilder();
        DynamoDbJson.writeItem(item, line);
        assertEquals(item, DynamoDbJson.readItem(line.array(), 0, line.length()));
        IonText.writeItem(item, line.clear());
        assertEquals(item, IonLine.readItem(line.array(), 0, line.length()));
    }

    @ParameterizedTest
    @CsvSource({
        "12, 12",
        "12., 12",
        "-0.5, -0.5",
        "6d2, 600",
        "1.5d-3, 0.0015",
        "1e3, 1000",
        "-0., 0",
        "1_000, 1000",
        "0d5, 0"
    })
    void ionNumbersReadAsPlainDigits(String ion, String expected) {
        byte[] line = ("$ion_1_0 {Item:{n:" + ion + "}}").getBytes(StandardCharsets.UTF_8);
        assertEquals(Map.of("n", AttributeValue.fromN(expected)), IonLine.readItem(line, 0, line.length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$ion_1_0 { /* c */ Item : { s : '''a''' '''b''', 'odd name' : null.string , l:[1, {m:true,},], } } // end",
            })
    void ionIsReadAsPeopleWriteIt(String text) {
        byte[] line = text.getBytes(StandardCharsets.UTF_8);
        assertEquals(
                Map.of(
                        "s", AttributeValue.fromS("ab"),
                        "odd name", AttributeValue.fromNul(true),
                        "l",
                                AttributeValue.fromL(List.of(
                                        AttributeValue.fromN("1"),
                                        AttributeValue.fromM(Map.of("m", AttributeValue.fromBool(true)))))),
                IonLine.readItem(line, 0, line.length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"Item\"",
                "{\"Item\":{}",
                "{\"Item\":{}}}",
                "{\"Item\":{\"a\":{\"X\":\"1\"}}}",
                "{\"Item\":{\"a\":{\"S\":1}}}",
                "{\"Item\":{\"a\":{\"S\":\"\n\"}}}",
                "{\"Item\":{\"a\":{\"B\":\"*\"}}}",
                "{\"Item\":{\"a\":{\"S\":\"\\x\"}}}",
                "{\"Item\":{\"a\":{\"S\":\"1\"},\"a\":{\"S\":\"2\"}}}",
                "{\"item\":{}}",
                "{\"Item\":{\"a\":{\"BOOL\":yes}}}",
                "{\"Item\":{\"a\":{\"S\":\"\\u12\"}}}"
            })
    void brokenJsonIsRefused(String text) {
        byte[] line = text.getBytes(StandardCharsets.UTF_8);
        assertThrows(MalformedException.class, () -> DynamoDbJson.readItem(line, 0, line.length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$ion_1_0",
                "$ion_1_0 {Item:{}",
                "$ion_1_0 {item:{}}",
                "$ion_1_0 {Item:{a:2020-01-01T}}",
                "$ion_1_0 {Item:{a:symbol}}",
                "$ion_1_0 {Item:{a:(1 2)}}",
                "$ion_1_0 {Item:{a:{{*}}}}",
                "$ion_1_0 {Item:{a:x::[1]}}",
                "$ion_1_0 {Item:{a:$dynamodb_SS::[1]}}",
                "$ion_1_0 {Item:{a:\"x}}",
                "$ion_1_0 {Item:{a:1d999999999}}",
                "$ion_1_0 {Item:{a:1,a:2}}",
                "$ion_1_0 {Item:{a:'''x}}"
            })
    void brokenIonIsRefused(String text) {
        byte[] line = text.getBytes(StandardCharsets.UTF_8);
        assertThrows(MalformedException.class, () -> IonLine.readItem(line, 0, line.length));
    }

    @Test
    void nestingHasALimit() {
        String deep = "{\"Item\":{\"a\":" + "{\"L\":[".repeat(5_000) + "]}".repeat(5_000) + "}}";
        byte[] json = deep.getBytes(StandardCharsets.UTF_8);
        assertThrows(MalformedException.class, () -> DynamoDbJson.readItem(json, 0, json.length));
        byte[] ion = ("$ion_1_0 {Item:{a:" + "[".repeat(5_000)).getBytes(StandardCharsets.UTF_8);
        assertThrows(MalformedException.class, () -> IonLine.readItem(ion, 0, ion.length));
    }

    @Test
    void linesSplitWhateverTheWindow() throws IOException {
        byte[] text = new byte[2 << 20];
        Arrays.fill(text, (byte) 'x');
        Random random = new Random(7);
        int expected = 1;
        for (int at = random.nextInt(50); at < 300_000; at += 1 + random.nextInt(300)) {
            text[at] = '\n';
            expected++;
        }
        String whole = new String(text, StandardCharsets.US_ASCII);
        StringBuilder back = new StringBuilder();
        long[] last = new long[1];
        Lines.read(new ByteArrayInputStream(text), (line, start, end, number) -> {
            back.append(number == 1 ? "" : "\n")
                    .append(new String(line, start, end - start, StandardCharsets.US_ASCII));
            last[0] = number;
        });
        assertEquals(whole, back.toString());
        assertEquals(expected, last[0]);
    }

    @Provide
    Arbitrary<Map<String, AttributeValue>> items() {
        return Items.items();
    }

    @Provide
    Arbitrary<Change> changes() {
        return Items.changes();
    }
}
