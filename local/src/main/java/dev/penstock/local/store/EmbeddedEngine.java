package dev.penstock.local.store;

import java.util.logging.Level;
import java.util.logging.Logger;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.dynamodb.services.local.embedded.DynamoDBEmbedded;
import software.amazon.dynamodb.services.local.shared.access.AmazonDynamoDBLocal;

/**
 * Amazon DynamoDB Local in this process and in memory, its telemetry switched off. It keeps the items of one region
 * and evaluates expressions, indexes and transactions; nothing else of it is used.
 */
public final class EmbeddedEngine implements AutoCloseable {
    private static final Logger SQLITE = Logger.getLogger("com.almworks.sqlite4java");

    private final AmazonDynamoDBLocal engine;

    private EmbeddedEngine(AmazonDynamoDBLocal engine) {
        this.engine = engine;
    }

    public static EmbeddedEngine start() {
        EngineLibrary.locate();
        // What fails is thrown as well; its log would only say it twice.
        SQLITE.setLevel(Level.SEVERE);
        boolean disableTelemetry = true;
        // Its logging looks for classes in the thread's class loader, which need not be the one it came from.
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(DynamoDBEmbedded.class.getClassLoader());
        try {
            return new EmbeddedEngine(DynamoDBEmbedded.create(disableTelemetry));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    public DynamoDbClient client() {
        return engine.dynamoDbClient();
    }

    /** The engine itself, for the test that compares its own streams with the journal. */
    AmazonDynamoDBLocal local() {
        return engine;
    }

    @Override
    public void close() {
        engine.shutdown();
    }
}
