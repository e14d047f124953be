package dev.penstock.local.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DatabaseTest {
    private static final String DIGITS = "12345678901234567890123456789012345678";
    private static final List<Map<String, AttributeValue>> ITEMS = List.of(
            Map.of(
                    "id", AttributeValue.fromS("2026-01-01"),
                    "n", AttributeValue.fromN("1"),
                    "price", AttributeValue.fromN("10.55"),
                    "huge", AttributeValue.fromN(DIGITS),
                    "bin", AttributeValue.fromB(SdkBytes.fromUtf8String("bytes")),
                    "ok", AttributeValue.fromBool(true),
                    "m", AttributeValue.fromM(Map.of("country", AttributeValue.fromS("DE"))),
                    "odd \"name", AttributeValue.fromS("é\"'\n"),
                    "tags", AttributeValue.fromSs(List.of("a")),
                    "mixed", AttributeValue.fromS("x")),
            Map.of(
                    "id", AttributeValue.fromS("b"),
                    "n", AttributeValue.fromN("-2"),
                    "price", AttributeValue.fromN("0.1"),
                    "ok", AttributeValue.fromNul(true),
                    "mixed", AttributeValue.fromN("5")));

    private static ResultTable query(String sql) throws SQLException, IOException {
        try (Database database = Database.open()) {
            database.load("T", ITEMS::forEach);
            return database.query(sql);
        }
    }

    @Test
    void typesAreUnwrappedWithoutLoss() throws SQLException, IOException {
        assertEquals(
                List.of(List.of("2026-01-01", "1", "10.55", DIGITS, "true", "DE", "é\"'\n", "a")),
                query("""
                        select id, n, price, huge, ok, m->>'country', "odd ""name", tags->>0 from T where n = 1""").rows());
        assertEquals(
                List.of("BIGINT", "DECIMAL(38,2)", "DECIMAL(38,0)", "BLOB", "VARCHAR", "JSON"),
                query(
                                "select typeof(n), typeof(price), typeof(huge), typeof(bin), typeof(id), typeof(mixed) from T limit 1")
                        .rows()
                        .getFirst());
        assertEquals(
                "10.65", query("select sum(price) from T").rows().getFirst().getFirst());
        assertEquals(
                "bytes",
                query("select decode(bin) from T where n = 1").rows().getFirst().getFirst());
    }

    @Test
    void anEmptyTableIsATable() throws SQLException, IOException {
        try (Database database = Database.open()) {
            database.load("Empty", sink -> {});
            assertEquals(
                    "0",
                    database.query("select count(*) from Empty")
                            .rows()
                            .getFirst()
                            .getFirst());
        }
    }

    @Test
    void output() throws SQLException, IOException {
        ResultTable table = query("select id, n, ok, 'a,b' as text from T order by n desc");
        assertEquals("id,n,ok,text\n2026-01-01,1,true,\"a,b\"\nb,-2,,\"a,b\"\n", print(table, ResultTable.Format.CSV));
        assertTrue(print(table, ResultTable.Format.TABLE).startsWith("id          n   ok    text\n"));
        String chart = print(query("select id, 2 * abs(n) from T order by 2"), ResultTable.Format.CHART);
        assertTrue(chart.lines().toList().getLast().matches("b +█{40} 4"), chart);
    }

    private static String print(ResultTable table, ResultTable.Format format) {
        StringWriter text = new StringWriter();
        table.print(format, new PrintWriter(text));
        return text.toString().replace(System.lineSeparator(), "\n");
    }
}
