package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** The commands that README shows, through the AWS CLI and boto3; skipped, with the reason, where they are not installed. */
class ToolsIT {
    @Test
    void theCommandsOfReadmeWork(@TempDir Path directory) throws Exception {
        Assumptions.assumeTrue(answers("aws", "--version"), "the AWS CLI (aws) is not installed: not tried");
        List<String> commands = readme().lines()
                .map(String::strip)
                .filter(line -> line.matches("aws [a-z0-9]+ .*"))
                .toList();
        assertTrue(commands.size() >= 4, "README shows " + commands);
        try (LocalRuntime runtime = LocalRuntime.start(Options.inMemory())) {
            tryOut(runtime, directory, commands);
        }
    }

    private static void tryOut(LocalRuntime runtime, Path directory, List<String> commands) throws Exception {
        for (String command : commands) {
            String said = run(runtime, directory, List.of("bash", "-c", command));
            if (command.contains("create-table")) {
                assertTrue(said.contains("\"TableName\": \"Notes\""), said);
            } else if (command.contains("get-item")) {
                assertEquals("1", said.strip());
            }
        }
        Path file = Files.writeString(directory.resolve("hello.txt"), "hello");
        run(runtime, directory, List.of("aws", "s3", "cp", file.toString(), "s3://notes/hello.txt"));
        assertTrue(run(runtime, directory, List.of("aws", "s3", "ls", "s3://notes/"))
                .contains("hello.txt"));
    }

    @Test
    void theProgramOfReadmeWorks(@TempDir Path directory) throws Exception {
        Assumptions.assumeTrue(
                answers("python3", "-c", "import boto3"), "python3 with boto3 is not installed: not tried");
        String readme = readme();
        int begin = readme.indexOf("```python\n") + "```python\n".length();
        String program = readme.substring(begin, readme.indexOf("```", begin));
        assertTrue(program.startsWith("import boto3"), program);
        try (LocalRuntime runtime = LocalRuntime.start(Options.inMemory())) {
            makeTable(runtime);
            assertEquals(
                    "hello",
                    run(runtime, directory, List.of("python3", "-c", program)).strip());
        }
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }

    /** The table that the commands before it make. */
    private static void makeTable(LocalRuntime runtime) {
        runtime.clients()
                .of(DynamoDbClient.class)
                .createTable(create -> create.tableName("Notes")
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(
                                attribute -> attribute.attributeName("id").attributeType(ScalarAttributeType.S))
                        .keySchema(key -> key.attributeName("id").keyType(KeyType.HASH)));
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
