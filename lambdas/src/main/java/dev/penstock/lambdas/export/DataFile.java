package dev.penstock.lambdas.export;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** One data file being written: lines in, gzip and its checksums out. */
final class DataFile implements AutoCloseable {
    private final String key;
    private final MessageDigest md5 = md5();
    private final OutputStream out;
    private long lines;

    DataFile(String key, OutputStream object) throws IOException {
        this.key = key;
        OutputStream packed = new DigestOutputStream(
                new FilterOutputStream(object) {
                    @Override
                    public void write(byte[] bytes, int from, int length) throws IOException {
                        out.write(bytes, from, length);
                    }
                },
                md5);
        // Level 1: packing would otherwise take longer than reading the table.
        this.out = Codec.GZIP.compress(packed, 1);
    }

    void write(LineBuilder line) throws IOException {
        line.ascii('\n').writeTo(out);
        lines++;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** Once closed. */
    ManifestFile manifest() {
        byte[] digest = md5.digest();
        String etag = HexFormat.of().formatHex(md5().digest(digest)) + "-1";
        return new ManifestFile(lines, Base64.getEncoder().encodeToString(digest), etag, key);
    }

    static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
