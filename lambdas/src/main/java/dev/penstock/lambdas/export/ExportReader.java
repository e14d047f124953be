package dev.penstock.lambdas.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;

/**
 * Reads one export by its manifests, never by listing: incremental exports share their data folder. Finds the data also
 * when the export was copied below another prefix, and checks manifests against {@code .md5} or {@code .checksum}.
 */
public final class ExportReader {
    private final ObjectSource source;
    private final String folder;
    private final ManifestSummary summary;
    private final List<ManifestFile> files;

    private ExportReader(ObjectSource source, String folder) throws IOException {
        this.source = source;
        this.folder = folder;
        this.summary = ManifestSummary.fromJson(manifest("manifest-summary"));
        this.files =
                manifest("manifest-files").lines().map(ManifestFile::fromJson).toList();
    }

    /**
     * Opens the export whose {@code manifest-summary.json} has this key.
     *
     * @throws IOException when a manifest is missing, broken or does not match its checksum
     */
    public static ExportReader open(ObjectSource source, String manifestSummaryKey) throws IOException {
        if (!manifestSummaryKey.endsWith("manifest-summary.json")) {
            throw new IOException("an export is opened by its manifest-summary.json; given: " + manifestSummaryKey);
        }
        try {
            return new ExportReader(
                    source,
                    manifestSummaryKey.substring(0, manifestSummaryKey.length() - "manifest-summary.json".length()));
        } catch (MalformedException e) {
            throw new IOException("export " + manifestSummaryKey + ": " + e.getMessage(), e);
        }
    }

    /** Keys of all manifest summaries below a prefix, oldest export first. */
    public static List<String> find(ObjectSource source, String prefix) throws IOException {
        return source.list(prefix).stream()
                .filter(key -> key.equals("manifest-summary.json") || key.endsWith("/manifest-summary.json"))
                .sorted()
                .toList();
    }

    private String manifest(String name) throws IOException {
        byte[] bytes = source.read(folder + name + ".json");
        String md5 = Base64.getEncoder().encodeToString(DataFile.md5().digest(bytes));
        for (String extension : List.of(".md5", ".checksum")) {
            try {
                String stored = new String(source.read(folder + name + extension), StandardCharsets.US_ASCII).strip();
                if (!stored.equals(md5)) {
                    throw new IOException("%s%s.json does not match %s%s: its MD5 is %s, not %s"
                            .formatted(folder, name, name, extension, md5, stored));
                }
            } catch (NoSuchFileException absent) {
                // either name is right, and a copy may have neither
            }
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    public ManifestSummary summary() {
        return summary;
    }

    public List<ManifestFile> files() {
        return files;
    }

    /** Where a data file is: its key as the manifest has it, moved along if the export was copied elsewhere. */
    public String key(ManifestFile file) {
        String original = summary.manifestFilesS3Key();
        String originalFolder = original.substring(0, original.lastIndexOf('/') + 1);
        String root = parent(originalFolder);
        String copiedRoot = parent(folder);
        String key = file.dataFileS3Key();
        return key.startsWith(root) ? copiedRoot + key.substring(root.length()) : key;
    }

    private static String parent(String folder) {
        return folder.isEmpty() ? "" : folder.substring(0, folder.lastIndexOf('/', folder.length() - 2) + 1);
    }

    /** A data file's lines, uncompressed. */
    public InputStream open(ManifestFile file) throws IOException {
        return Codec.GZIP.decompress(source.open(key(file)));
    }

    /** Reads every item of a full export, file after file. */
    public void items(Consumer<Map<String, AttributeValue>> each) throws IOException {
        for (ManifestFile file : files) {
            items(file, each);
        }
    }

    /** Reads every item of one file of a full export. */
    public void items(ManifestFile file, Consumer<Map<String, AttributeValue>> each) throws IOException {
        boolean ion = summary.outputFormat() == ExportFormat.ION;
        read(
                file,
                0,
                (text, end) -> each.accept(ion ? IonLine.readItem(text, 0, end) : DynamoDbJson.readItem(text, 0, end)));
    }

    /**
     * Reads the items of one file of a full export as long as {@code each} wants another.
     *
     * @param from the first item to be read, counted from 0; those before it are passed over unparsed
     * @return whether the end of the file was reached
     */
    public boolean items(ManifestFile file, long from, Predicate<Map<String, AttributeValue>> each) throws IOException {
        boolean ion = summary.outputFormat() == ExportFormat.ION;
        try {
            read(file, from, (text, end) -> {
                if (!each.test(ion ? IonLine.readItem(text, 0, end) : DynamoDbJson.readItem(text, 0, end))) {
                    throw new Enough();
                }
            });
            return true;
        } catch (Enough enough) {
            return false;
        }
    }

    /** Ends the reading of a file before its end. */
    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1;

        Enough() {
            super(null, null, false, false);
        }
    }

    /** Reads every change of an incremental export, file after file. */
    public void changes(Consumer<Change> each) throws IOException {
        boolean ion = summary.outputFormat() == ExportFormat.ION;
        for (ManifestFile file : files) {
            read(
                    file,
                    0,
                    (text, end) -> each.accept(
                            ion ? IonLine.readChange(text, 0, end) : DynamoDbJson.readChange(text, 0, end)));
        }
    }

    private void read(ManifestFile file, long from, ObjIntConsumer<byte[]> each) throws IOException {
        long[] lines = new long[1];
        try (InputStream in = open(file)) {
            Lines.read(in, (text, start, end, number) -> {
                lines[0] = number;
                if (number <= from) {
                    return;
                }
                byte[] line = Arrays.copyOfRange(text, start, end);
                try {
                    each.accept(line, line.length);
                } catch (MalformedException e) {
                    throw new IOException(
                            "%s line %d, byte %d: %s".formatted(key(file), number, e.at(), e.getMessage()), e);
                }
            });
        }
        if (lines[0] != file.itemCount()) {
            throw new IOException(
                    "%s has %d lines, but the manifest says %d items".formatted(key(file), lines[0], file.itemCount()));
        }
    }

    /**
     * Checks every data file's MD5 against the manifest. Costs one more read of the compressed bytes.
     *
     * @throws IOException naming the first file that differs
     */
    public void verify() throws IOException {
        for (ManifestFile file : files) {
            MessageDigest md5 = DataFile.md5();
            try (InputStream in = new DigestInputStream(source.open(key(file)), md5)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            String actual = Base64.getEncoder().encodeToString(md5.digest());
            if (!actual.equals(file.md5Checksum())) {
                throw new IOException(
                        "%s: MD5 is %s, but the manifest says %s".formatted(key(file), actual, file.md5Checksum()));
            }
        }
    }
}
