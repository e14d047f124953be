package dev.penstock.local.store;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Amazon DynamoDB Local in this process and in memory, its telemetry switched off. It keeps the items of one region
 * and evaluates expressions, indexes and transactions; nothing else of it is used.
 *
 * <p>It is reached by name, because its jar need not be on the class path: that jar's manifest names its own folder as
 * a part of the class path, and with a folder there no JVM makes a class cache. So {@code scripts/penstock} keeps it
 * apart, in the folder that the system property {@value #PROPERTY} names.
 */
public final class EmbeddedEngine implements AutoCloseable {
    private static final String PROPERTY = "penstock.engine";
    private static final String FACTORY = "software.amazon.dynamodb.services.local.embedded.DynamoDBEmbedded";
    private static final String ENGINE = "software.amazon.dynamodb.services.local.shared.access.AmazonDynamoDBLocal";
    private static final Logger SQLITE = Logger.getLogger("com.almworks.sqlite4java");

    private final Class<?> type;
    private final Object engine;

    private EmbeddedEngine(Class<?> type, Object engine) {
        this.type = type;
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
        ClassLoader loader = Loader.OF_ENGINE;
        thread.setContextClassLoader(loader);
        try {
            Object engine = Class.forName(FACTORY, true, loader)
                    .getMethod("create", Boolean.class)
                    .invoke(null, disableTelemetry);
            return new EmbeddedEngine(Class.forName(ENGINE, true, loader), engine);
        } catch (ReflectiveOperationException e) {
            throw failure(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    public DynamoDbClient client() {
        return (DynamoDbClient) call("dynamoDbClient");
    }

    /** The engine's own streams, for the test that compares them with the journal. */
    DynamoDbStreamsClient streams() {
        return (DynamoDbStreamsClient) call("dynamoDbStreamsClient");
    }

    @Override
    public void close() {
        call("shutdown");
    }

    private Object call(String method) {
        try {
            return type.getMethod(method).invoke(engine);
        } catch (ReflectiveOperationException e) {
            throw failure(e);
        }
    }

    private static RuntimeException failure(ReflectiveOperationException e) {
        if (e instanceof InvocationTargetException invocation
                && invocation.getCause() instanceof RuntimeException own) {
            return own;
        }
        return new IllegalStateException("DynamoDB Local is not on the class path, or of another version: " + e, e);
    }

    /** Where the engine's classes come from: one for the whole JVM, as the class path would be. */
    private static final class Loader {
        static final ClassLoader OF_ENGINE = ofEngine();

        private static ClassLoader ofEngine() {
            String folder = System.getProperty(PROPERTY);
            ClassLoader own = EmbeddedEngine.class.getClassLoader();
            if (folder == null) {
                return own;
            }
            File[] jars = Path.of(folder).toFile().listFiles((directory, name) -> name.endsWith(".jar"));
            if (jars == null || jars.length == 0) {
                throw new IllegalStateException(
                        "-D" + PROPERTY + " names " + folder + ", which holds no jar; build again");
            }
            URL[] urls = new URL[jars.length];
            for (int i = 0; i < jars.length; i++) {
                try {
                    urls[i] = jars[i].toURI().toURL();
                } catch (MalformedURLException e) {
                    throw new IllegalStateException("-D" + PROPERTY + ": " + jars[i], e);
                }
            }
            return new URLClassLoader("engine", urls, own);
        }
    }
}
