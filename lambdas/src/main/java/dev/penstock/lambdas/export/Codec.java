package dev.penstock.lambdas.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A compression of data files. GZIP and NONE need the JDK alone; ZSTD needs {@code com.github.luben:zstd-jni} on the
 * class path. One object is always one gzip member or one zstd frame.
 */
public enum Codec {
    NONE("") {
        @Override
        public InputStream decompress(InputStream in) {
            return in;
        }

        @Override
        public OutputStream compress(OutputStream out, int level) {
            return out;
        }
    },
    GZIP(".gz") {
        @Override
        public InputStream decompress(InputStream in) throws IOException {
            // An object of no bytes is an empty file, not a broken one.
            PushbackInputStream pushback = new PushbackInputStream(in, 1);
            int first = pushback.read();
            if (first < 0) {
                return pushback;
            }
            pushback.unread(first);
            return Gunzip.fastest().open(pushback);
        }

        @Override
        public OutputStream compress(OutputStream out, int level) throws IOException {
            return new GZIPOutputStream(out, BUFFER) {
                {
                    def.setLevel(Math.clamp(level, Deflater.BEST_SPEED, Deflater.BEST_COMPRESSION));
                }
            };
        }
    },
    ZSTD(".zst") {
        @Override
        public InputStream decompress(InputStream in) throws IOException {
            requireZstd();
            return Zstd.decompress(in);
        }

        @Override
        public OutputStream compress(OutputStream out, int level) throws IOException {
            requireZstd();
            return Zstd.compress(out, level);
        }
    };

    private static final int BUFFER = 1 << 16;

    private final String extension;

    Codec(String extension) {
        this.extension = extension;
    }

    /** With its dot; empty for NONE. */
    public String extension() {
        return extension;
    }

    public abstract InputStream decompress(InputStream in) throws IOException;

    /** @param level 1 (fast) to 9 (gzip) or 22 (zstd) */
    public abstract OutputStream compress(OutputStream out, int level) throws IOException;

    /** By the end of a file's name. */
    public static Codec of(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".gz")) {
            return GZIP;
        }
        return lower.endsWith(".zst") || lower.endsWith(".zstd") ? ZSTD : NONE;
    }

    /** Whether ZSTD can be used here. */
    public static boolean hasZstd() {
        try {
            Class.forName("com.github.luben.zstd.Zstd", false, Codec.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }

    private static void requireZstd() throws IOException {
        if (!hasZstd()) {
            throw new IOException(
                    "ZSTD needs com.github.luben:zstd-jni on the class path; use GZIP or NONE, or add it");
        }
    }
}
