package dev.penstock.local.functions;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.joda.time.DateTime;

/** Packs test handlers as a function zip: classes at the root, libraries under {@code lib/}. */
public final class HandlerZip {
    private HandlerZip() {}

    /** All of {@link TestHandlers} with the events library, written into {@code folder}. */
    public static Path in(Path folder) throws IOException {
        Path zip = folder.resolve("function.zip");
        try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
            List<Class<?>> types = new ArrayList<>(List.of(TestHandlers.class.getDeclaredClasses()));
            types.add(TestHandlers.class);
            for (Class<?> type : types) {
                String file = type.getName().replace('.', '/') + ".class";
                try (InputStream bytes = type.getResourceAsStream("/" + file)) {
                    out.putNextEntry(new ZipEntry(file));
                    bytes.transferTo(out);
                }
            }
            for (Class<?> type : List.of(DynamodbEvent.class, DateTime.class)) {
                Path jar = Path.of(
                        type.getProtectionDomain().getCodeSource().getLocation().toURI());
                out.putNextEntry(new ZipEntry("lib/" + jar.getFileName()));
                Files.copy(jar, out);
            }
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        return zip;
    }

    /** The handler name of one of {@link TestHandlers}. */
    public static String handler(Class<?> type) {
        return type.getName() + "::handleRequest";
    }
}
