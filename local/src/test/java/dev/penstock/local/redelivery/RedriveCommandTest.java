package dev.penstock.local.redelivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class RedriveCommandTest {
    private static final String BUCKET = "penstock-failures";

    /** Whatever lies in the bucket: each object is told, and the next one is looked at. */
    @Test
    void whatIsNotOfAConsumerIsToldAndLeft() {
        try (LocalRuntime runtime = LocalRuntime.start(Options.inMemory())) {
            S3Client s3 = runtime.clients().of(S3Client.class);
            s3.createBucket(create -> create.bucket(BUCKET));
            put(s3, "a-note.txt", "look into this tomorrow");
            put(s3, "aws/lambda/empty.json", "{\"payload\":{\"Records\":[]}}");
            put(s3, "conflicts/OrdersReplication/1.json", "{\"replication\":\"OrdersReplication\"}");
            put(s3, "list.json", "[1,2]");
            long now = runtime.clock().instant().getEpochSecond();
            put(s3, "poison/Gone/1.json", poison("Gone", now));
            put(s3, "poison/Gone/2.json", poison("Gone", 1));
            var out = new StringWriter();
            int code = new CommandLine(new RedriveCommand())
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(out, true))
                    .execute("--replay", "--endpoint", runtime.endpoint().toString());
            String told = out.toString();
            assertEquals(1, code, told);
            assertTrue(told.contains("foreign              a-note.txt: it is no JSON"), told);
            assertTrue(told.contains("foreign              aws/lambda/empty.json: it holds no records"), told);
            assertTrue(told.contains("foreign              list.json: it holds no records"), told);
            assertTrue(told.contains("foreign              Gone    1 records"), told);
            assertTrue(told.contains("too old              Gone    1 records"), told);
            assertFalse(told.contains("conflicts/"), told);
            assertEquals(6, s3.listObjectsV2(list -> list.bucket(BUCKET)).keyCount());
        }
    }

    private static String poison(String consumer, long seconds) {
        return """
                {"consumer":"%s","reason":"broken","payload":{"Records":[\
                {"dynamodb":{"ApproximateCreationDateTime":%d,"SequenceNumber":"1"}}]}}""".formatted(consumer, seconds);
    }

    private static void put(S3Client s3, String key, String body) {
        s3.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromString(body));
    }
}
