package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.Codec;
import dev.penstock.lambdas.export.ExportReader;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;

/**
 * One file to read, the unit of work.
 *
 * @param lines how many it must have, by the manifest; negative when nobody says
 */
public record Part(String key, ExportFormat format, Codec codec, long lines) {

    /** A file without a manifest: format and compression by its name. */
    public static Part of(String key) {
        boolean ion = key.toLowerCase(Locale.ROOT).matches(".*\\.(ion|10n)(\\.\\w+)?");
        return new Part(key, ion ? ExportFormat.ION : ExportFormat.DYNAMODB_JSON, Codec.of(key), -1);
    }

    /** The files of an export, largest first, so that no task is left with a large one at the end. */
    public static List<Part> of(ExportReader export) {
        return export.files().stream()
                .map(file -> new Part(export.key(file), export.summary().outputFormat(), Codec.GZIP, file.itemCount()))
                .sorted(Comparator.comparingLong(Part::lines).reversed())
                .toList();
    }
}
