package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.junit.PenstockTest;
import dev.penstock.local.runtime.LocalRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that README shows, through the AWS CLI and boto3; skipped, with the reason, where they are not installed. */
@PenstockTest
class ToolsIT {
    private static final String CREATE = "aws dynamodb create-table --table-name Notes --billing-mode PAY_PER_REQUEST"
            + " --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH";

    private static final String PYTHON = """
            import boto3
            table = boto3.resource("dynamodb").create_table(
                TableName="Python", BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
            table.wait_until_exists()
            table.put_item(Item={"id": "1", "text": "hello"})
            print(table.get_item(Key={"id": "1"})["Item"]["text"])
            """;

    @Test
    void theAwsCliWorks(LocalRuntime runtime, @TempDir Path directory) throws Exception {
        Assumptions.assumeTrue(answers("aws", "--version"), "the AWS CLI (aws) is not installed: not tried");
        assertTrue(run(runtime, directory, List.of(CREATE.split(" "))).contains("\"TableName\": \"Notes\""));
        run(
                runtime,
                directory,
                List.of("aws", "dynamodb", "put-item", "--table-name", "Notes", "--item", "{\"id\": {\"S\": \"1\"}}"));
        String read = run(
                runtime,
                directory,
                List.of(
                        "aws",
                        "dynamodb",
                        "get-item",
                        "--table-name",
                        "Notes",
                        "--key",
                        "{\"id\": {\"S\": \"1\"}}",
                        "--query",
                        "Item.id.S",
                        "--output",
                        "text"));
        assertEquals("1", read.strip());
        Path file = Files.writeString(directory.resolve("hello.txt"), "hello");
        run(runtime, directory, List.of("aws", "s3", "mb", "s3://notes"));
        run(runtime, directory, List.of("aws", "s3", "cp", file.toString(), "s3://notes/hello.txt"));
        assertTrue(run(runtime, directory, List.of("aws", "s3", "ls", "s3://notes/"))
                .contains("hello.txt"));
    }

    @Test
    void boto3Works(LocalRuntime runtime, @TempDir Path directory) throws Exception {
        Assumptions.assumeTrue(
                answers("python3", "-c", "import boto3"), "python3 with boto3 is not installed: not tried");
        assertEquals(
                "hello",
                run(runtime, directory, List.of("python3", "-c", PYTHON)).strip());
    }

    private static boolean answers(String... command) throws InterruptedException {
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    private static String run(LocalRuntime runtime, Path directory, List<String> command) throws Exception {
        Path out = Files.createTempFile(directory, "out", ".txt");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("AWS_ENDPOINT_URL", runtime.endpoint().toString());
        builder.environment().put("AWS_ACCESS_KEY_ID", "local");
        builder.environment().put("AWS_SECRET_ACCESS_KEY", "local");
        builder.environment().put("AWS_DEFAULT_REGION", "us-east-1");
        builder.environment().put("AWS_PAGER", "");
        var process = builder.start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), () -> command + " did not end");
        String text = Files.readString(out, StandardCharsets.UTF_8);
        assertEquals(0, process.exitValue(), () -> command + " said: " + text);
        return text;
    }
}
