package dev.penstock.local.dax;

import java.net.ServerSocket;
import java.util.Arrays;
import picocli.CommandLine;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

/** Runs the benchmark on a DynamoDB Local that listens on HTTP in this process. */
public final class BenchOnDynamoDbLocal {
    private BenchOnDynamoDbLocal() {}

    public static void main(String[] arguments) throws Exception {
        new EmbeddedDynamo().close(); // finds the native library
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        DynamoDBProxyServer dynamo = ServerRunner.createServerFromCommandLineArgs(
                new String[] {"-inMemory", "-disableTelemetry", "-port", String.valueOf(port)});
        dynamo.start();
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--endpoint";
        all[arguments.length + 1] = "http://127.0.0.1:" + port;
        int exit = new CommandLine(new DaxBench()).execute(all);
        dynamo.stop();
        System.exit(exit);
    }
}
