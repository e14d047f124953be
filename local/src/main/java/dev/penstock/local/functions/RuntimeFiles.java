package dev.penstock.local.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/** What a function's JVM needs besides the function: the runtime interface client, its native library, our main. */
final class RuntimeFiles {
    private static final List<Class<?>> CHILD_CLASSES = List.of(Bootstrap.class, PortableRuntime.class);
    private static final List<Class<?>> CLIENT_JARS =
            List.of(AWSLambda.class, Context.class, PojoSerializer.class, SdkInternalThreadLocal.class);
    private static final String NATIVE_LIBRARY_PROPERTY =
            "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

    /** Leads org.crac, by which functions ask to be told of snapshots, to the runtime interface client's own hooks. */
    static final String COMPATIBLE_HOOKS = "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac";

    private final String classPath;
    private final @Nullable Path nativeLibrary;

    RuntimeFiles(ContentFolder folders) {
        Path main = folders.of("main-" + ContentFolder.digest(childClassBytes()), folder -> {
            for (Class<?> type : CHILD_CLASSES) {
                Path file = folder.resolve(classFile(type));
                Files.createDirectories(file.getParent());
                Files.write(file, resource(type, "/" + classFile(type)));
            }
        });
        this.classPath = Stream.concat(Stream.of(main), CLIENT_JARS.stream().map(RuntimeFiles::jarOf))
                .map(Path::toString)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
        this.nativeLibrary = nativeLibraryName()
                .map(name -> {
                    byte[] library = resource(AWSLambda.class, "/jni/" + name);
                    return folders.of(
                                    "jni-" + ContentFolder.digest(library),
                                    folder -> Files.write(folder.resolve(name), library))
                            .resolve(name);
                })
                .orElse(null);
    }

    /** Whether the official native client runs on this system. */
    boolean hasNativeLibrary() {
        return nativeLibrary != null;
    }

    /** The command that runs a handler in the directory that holds its classes and {@code lib/*.jar}. */
    List<String> command(FunctionConfig function, boolean portable) {
        // The flags of Lambda's managed Java runtimes.
        return command(
                function.handler(),
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx" + function.memoryMb() * 85 / 100 + "m",
                        COMPATIBLE_HOOKS),
                portable);
    }

    /** The same with other flags of the JVM. */
    List<String> command(String handler, List<String> flags, boolean portable) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("--enable-native-access=ALL-UNNAMED");
        if (!portable && nativeLibrary != null) {
            // Without it each start rewrites one fixed file in /tmp, and two starts at a time race for it.
            command.add("-D" + NATIVE_LIBRARY_PROPERTY + "=" + nativeLibrary);
        }
        command.add("-cp");
        command.add(classPath);
        command.add(Bootstrap.class.getName());
        command.add(handler);
        command.add(portable ? "portable" : "native");
        return command;
    }

    private static Optional<String> nativeLibraryName() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String libc = hasMusl() ? "linux_musl" : "linux";
        return switch (arch) {
            case "amd64", "x86_64" -> Optional.of("libaws-lambda-jni." + libc + "-x86_64.so");
            case "aarch64" -> Optional.of("libaws-lambda-jni." + libc + "-aarch_64.so");
            default -> Optional.empty();
        };
    }

    private static boolean hasMusl() {
        try (var libraries = Files.newDirectoryStream(Path.of("/lib"), "ld-musl-*")) {
            return libraries.iterator().hasNext();
        } catch (IOException e) {
            return false;
        }
    }

    private static byte[] childClassBytes() {
        var all = new ByteArrayOutputStream();
        CHILD_CLASSES.forEach(type -> all.writeBytes(resource(type, "/" + classFile(type))));
        return all.toByteArray();
    }

    private static String classFile(Class<?> type) {
        return type.getName().replace('.', '/') + ".class";
    }

    private static byte[] resource(Class<?> near, String name) {
        try (InputStream in = near.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not beside " + near.getName());
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path jarOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("no file for " + type, e);
        }
    }
}
