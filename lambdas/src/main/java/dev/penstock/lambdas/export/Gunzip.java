package dev.penstock.lambdas.export;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * Unpacks gzip, checksums included. The JDK's always works; ISA-L, where the machine has it, takes less than half of the
 * CPU. Both give the same bytes, and an {@link IOException} for the same inputs.
 */
@FunctionalInterface
interface Gunzip {
    int BUFFER = 1 << 16;

    /** Reads gzip members to the end of {@code in}. */
    InputStream open(InputStream in) throws IOException;

    Gunzip JDK = in -> new GZIPInputStream(in, BUFFER);

    /** The fastest there is here. */
    static Gunzip fastest() {
        return Fastest.FOUND;
    }

    /** Looked for once, when the first gzip file is read. */
    final class Fastest {
        private static final Gunzip FOUND = IsaL.find().orElse(JDK);

        private Fastest() {}
    }
}
