package dev.penstock.local.functions;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.joda.time.DateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/** No function JVM outlives its runtime, whatever ends the runtime. */
class ParentDeathTest {
    @TempDir
    Path folder;

    @Test
    @Timeout(60)
    void kill9OfTheRuntimeEndsItsFunctionJvms() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        Parent.class.getName(),
                        HandlerZip.in(folder).toString(),
                        folder.resolve("runtime").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var out = parent.inputReader(StandardCharsets.UTF_8)) {
            long pid = Long.parseLong(out.readLine());
            ProcessHandle child = ProcessHandle.of(pid).orElseThrow();
            assertTrue(child.isAlive());
            parent.destroyForcibly();
            child.onExit().get(20, TimeUnit.SECONDS);
        } finally {
            parent.destroyForcibly();
        }
    }

    /** Where the loader of this test found what the parent needs: a test runner's own class path property may lie. */
    private static String classPath() {
        return Stream.of(
                        ParentDeathTest.class,
                        Functions.class,
                        ObjectMapper.class,
                        JsonFactory.class,
                        JsonCreator.class,
                        AWSLambda.class,
                        Context.class,
                        PojoSerializer.class,
                        SdkInternalThreadLocal.class,
                        DynamodbEvent.class,
                        DateTime.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .map(location -> Path.of(URI.create(location.toString())).toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** A runtime that has one warm function JVM and prints its process id. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] args) throws Exception {
            Functions functions =
                    new Functions(Functions.Options.of(Path.of(args[1]), "http://127.0.0.1:1"), LogSink.none());
            functions.put(FunctionConfig.of(
                            "f", "us-east-1", HandlerZip.handler(TestHandlers.Introspect.class), Path.of(args[0]))
                    .with(Duration.ofSeconds(20), 128, Map.of()));
            var answer = (Invocation.Success) functions.invoke("f", "{}".getBytes(StandardCharsets.UTF_8));
            System.out.println(answer.text().replaceAll(".*\"pid\":(\\d+).*", "$1"));
            new CountDownLatch(1).await();
        }
    }
}
