package dev.penstock.local.s3;

import dev.penstock.local.gateway.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A range of a file as the body of an answer. */
record FileContent(Path file, Range range) implements Response.Content {
    @Override
    public long length() {
        return range.length();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(range.start());
            byte[] buffer = new byte[1 << 16];
            long left = range.length();
            while (left > 0) {
                int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (count < 0) {
                    throw new IOException(file + " is shorter than its index says");
                }
                out.write(buffer, 0, count);
                left -= count;
            }
        }
    }
}
