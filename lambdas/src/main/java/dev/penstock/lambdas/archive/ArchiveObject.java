package dev.penstock.lambdas.archive;

import dev.penstock.lambdas.item.ItemJson;
import dev.penstock.lambdas.stream.Guard;
import dev.penstock.lambdas.stream.ItemChange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * An object of expired items: {@code PREFIX YYYY/MM/DD/LABEL/SEQUENCE.json.gz}, a line per item. The key is that of
 * the first record, so a batch that is delivered again replaces its object, also when it is longer or shorter then.
 * Only a redrive can archive an item in two objects; readers tell by {@code sequenceNumber}.
 */
public final class ArchiveObject {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu/MM/dd").withZone(ZoneOffset.UTC);

    private ArchiveObject() {}

    /** Key of the object that begins with this change. */
    public static String key(String prefix, ItemChange first) {
        return prefix + DAY.format(first.time()) + "/" + first.label().replace(':', '-') + "/"
                + Guard.padded(first.sequenceNumber()) + ".json.gz";
    }

    /** Lines {@code {"Item":{...},"sequenceNumber":"...","label":"...","expired":"..."}}, compressed. */
    public static byte[] body(List<ItemChange> changes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            for (ItemChange change : changes) {
                gzip.write(line(change).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("compressing in memory", e);
        }
        return bytes.toByteArray();
    }

    private static String line(ItemChange change) {
        var image = change.oldImage();
        return "{\"Item\":" + ItemJson.write(image == null ? Map.of() : image) + ",\"sequenceNumber\":"
                + ItemJson.quote(Guard.padded(change.sequenceNumber())) + ",\"label\":"
                + ItemJson.quote(change.label()) + ",\"expired\":"
                + ItemJson.quote(change.time().toString()) + "}\n";
    }
}
