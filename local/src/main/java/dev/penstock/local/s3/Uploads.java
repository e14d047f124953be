package dev.penstock.local.s3;

import dev.penstock.local.gateway.AwsError;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Multipart uploads under way. They are forgotten when the runtime stops, unlike on AWS. */
final class Uploads {
    /** Every part but the last has at least this many bytes. */
    static final long SMALLEST_PART = 5L << 20;

    private final ObjectStore store;
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();

    Uploads(ObjectStore store) {
        this.store = store;
    }

    record Part(int number, long size, String etag, String checksum, long modified, Path file) {}

    /** A part as the completing request names it. */
    record Named(
            int number, @Nullable String etag, @Nullable String checksum) {}

    record Upload(
            String id,
            String bucket,
            String key,
            Map<String, String> headers,
            Map<String, String> metadata,
            Map<String, String> tags,
            ChecksumAlgorithm algorithm,
            boolean isComposite,
            long initiated,
            NavigableMap<Integer, Part> parts) {}

    Upload start(
            String bucket,
            String key,
            Map<String, String> headers,
            Map<String, String> metadata,
            Map<String, String> tags,
            ChecksumAlgorithm algorithm,
            boolean isComposite) {
        String id = UUID.randomUUID().toString().replace("-", "");
        Upload upload = new Upload(
                id,
                bucket,
                key,
                headers,
                metadata,
                tags,
                algorithm,
                isComposite,
                store.now(),
                new ConcurrentSkipListMap<>());
        uploads.put(id, upload);
        return upload;
    }

    Upload get(String bucket, String key, String id) {
        Upload upload = uploads.get(id);
        if (upload == null || !upload.bucket().equals(bucket) || !upload.key().equals(key)) {
            throw new AwsError(
                    404,
                    "NoSuchUpload",
                    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
                    Map.of("UploadId", id));
        }
        return upload;
    }

    List<Upload> of(String bucket) {
        return uploads.values().stream()
                .filter(upload -> upload.bucket().equals(bucket))
                .sorted(Comparator.comparing(Upload::key).thenComparingLong(Upload::initiated))
                .toList();
    }

    /** @param algorithm of the checksum that came with the part; the upload's own if none did */
    Part put(
            Upload upload,
            int number,
            InputStream content,
            ChecksumAlgorithm algorithm,
            ObjectWriter.Expected expected) {
        if (upload.isComposite() && algorithm != upload.algorithm()) {
            throw new AwsError(
                    400,
                    "InvalidRequest",
                    "Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum Type: %s"
                            .formatted(upload.algorithm(), algorithm));
        }
        if (number < 1 || number > 10_000) {
            throw new AwsError(400, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
        }
        Path file = store.bucket(upload.bucket()).newBlob();
        boolean kept = false;
        try {
            ObjectWriter.Written written = ObjectWriter.copy(content, file, algorithm);
            ObjectWriter.check(written, expected, algorithm);
            Part part = new Part(number, written.size(), written.etag(), written.checksum(), store.now(), file);
            Part replaced = upload.parts().put(number, part);
            kept = true;
            if (replaced != null) {
                Files.deleteIfExists(replaced.file());
            }
            return part;
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write a part of " + upload.key(), failed);
        } finally {
            if (!kept) {
                file.toFile().delete();
            }
        }
    }

    StoredObject complete(Upload upload, List<Named> named, ObjectWriter writer) {
        List<Part> parts = checked(upload, named);
        MessageDigest md5 = ChecksumAlgorithm.newDigest("MD5");
        ChecksumAlgorithm.Sum sum = upload.algorithm().start();
        List<InputStream> contents = new ArrayList<>();
        for (Part part : parts) {
            md5.update(HexFormat.of().parseHex(part.etag()));
            byte[] checksum = Base64.getDecoder().decode(part.checksum());
            sum.update(checksum, checksum.length);
            contents.add(new LaterFile(part.file()));
        }
        String etag = HexFormat.of().formatHex(md5.digest()) + "-" + parts.size();
        String checksum = upload.isComposite() ? sum.base64() + "-" + parts.size() : null;
        try (InputStream whole = new SequenceInputStream(Collections.enumeration(contents))) {
            StoredObject object = writer.headers(upload.headers())
                    .metadata(upload.metadata())
                    .tags(upload.tags())
                    .checksum(upload.algorithm())
                    .write(whole, etag, checksum);
            abort(upload);
            return object;
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot join the parts of " + upload.key(), failed);
        }
    }

    private static List<Part> checked(Upload upload, List<Named> named) {
        if (named.isEmpty()) {
            throw new AwsError(400, "MalformedXML", "You must specify at least one part");
        }
        List<Part> parts = new ArrayList<>();
        int before = 0;
        for (Named each : named) {
            if (each.number() <= before) {
                throw new AwsError(
                        400,
                        "InvalidPartOrder",
                        "The list of parts was not in ascending order. Parts must be ordered by part number.");
            }
            before = each.number();
            Part part = upload.parts().get(each.number());
            if (part == null
                    || (each.etag() != null && !each.etag().replace("\"", "").equals(part.etag()))
                    || (each.checksum() != null && !each.checksum().equals(part.checksum()))) {
                throw new AwsError(
                        400,
                        "InvalidPart",
                        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
                        Map.of("PartNumber", each.number()));
            }
            if (!parts.isEmpty() && parts.getLast().size() < SMALLEST_PART) {
                throw new AwsError(
                        400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
            }
            parts.add(part);
        }
        return parts;
    }

    void abort(Upload upload) {
        uploads.remove(upload.id());
        for (Part part : upload.parts().values()) {
            part.file().toFile().delete();
        }
    }

    /** A file that is opened when it is first read, so that joining 10,000 parts needs one handle at a time. */
    private static final class LaterFile extends InputStream {
        private final Path file;
        private @Nullable InputStream in;

        LaterFile(Path file) {
            this.file = file;
        }

        private InputStream in() throws IOException {
            InputStream open = in;
            if (open == null) {
                open = Files.newInputStream(file);
                in = open;
            }
            return open;
        }

        @Override
        public int read() throws IOException {
            return in().read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return in().read(buffer, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (in != null) {
                in.close();
            }
        }
    }
}
