package dev.penstock.lambdas.export;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Loaded only when {@link Codec#ZSTD} is used and its library is there. */
final class Zstd {
    private Zstd() {}

    static InputStream decompress(InputStream in) throws IOException {
        return new ZstdInputStream(new BufferedInputStream(in, 1 << 16)).setContinuous(false);
    }

    static OutputStream compress(OutputStream out, int level) throws IOException {
        return new ZstdOutputStream(out, level);
    }
}
