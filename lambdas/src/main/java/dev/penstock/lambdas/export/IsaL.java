package dev.penstock.lambdas.export;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * Intel's ISA-L by the foreign function interface: {@code isal_inflate} of {@code libisal.so.2} (package libisal2 of
 * Debian). The system property {@code penstock.isal} names another file, or {@code none}.
 *
 * @param init {@code void isal_inflate_init(struct inflate_state *)}
 * @param reset {@code void isal_inflate_reset(struct inflate_state *)}
 * @param inflate {@code int isal_inflate(struct inflate_state *)}
 */
record IsaL(MethodHandle init, MethodHandle reset, MethodHandle inflate) implements Gunzip {

    /** Found, allowed, and seen to unpack right. */
    static Optional<Gunzip> find() {
        String library = System.getProperty("penstock.isal", System.mapLibraryName("isal") + ".2");
        // Without the permission each use would print a warning, in a Lambda's log too.
        if (library.equals("none") || !IsaL.class.getModule().isNativeAccessEnabled()) {
            return Optional.empty();
        }
        try {
            IsaL found = load(library);
            return found.unpacksRight() ? Optional.of(found) : Optional.empty();
        } catch (IllegalArgumentException | IOException absent) {
            return Optional.empty();
        }
    }

    @SuppressWarnings("restricted") // find() has asked whether native access is allowed
    private static IsaL load(String library) {
        SymbolLookup symbols = library.indexOf('/') < 0
                ? SymbolLookup.libraryLookup(library, Arena.global())
                : SymbolLookup.libraryLookup(Path.of(library), Arena.global());
        return new IsaL(
                method(symbols, "isal_inflate_init", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS)),
                method(symbols, "isal_inflate_reset", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS)),
                method(symbols, "isal_inflate", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS)));
    }

    @SuppressWarnings("restricted") // as above
    private static MethodHandle method(SymbolLookup symbols, String name, FunctionDescriptor type) {
        return Linker.nativeLinker()
                .downcallHandle(
                        symbols.find(name)
                                .orElseThrow(() -> new IllegalArgumentException("the library has no " + name)),
                        type);
    }

    /** A library whose structures differ from what is known here would give wrong bytes or none. */
    private boolean unpacksRight() throws IOException {
        byte[] text = new byte[100_000];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) ((i * i) >>> 7);
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(text);
        }
        try (InputStream in = open(new ByteArrayInputStream(packed.toByteArray()))) {
            return Arrays.equals(in.readAllBytes(), text);
        }
    }

    @Override
    public InputStream open(InputStream in) {
        return new IsaLInputStream(this, in);
    }

    void init(MemorySegment state) {
        call(init, state);
    }

    void reset(MemorySegment state) {
        call(reset, state);
    }

    private static void call(MethodHandle method, MemorySegment state) {
        try {
            method.invokeExact(state);
        } catch (Throwable e) {
            throw new IllegalStateException("a native function cannot throw", e);
        }
    }

    /** @return negative for broken data */
    int inflate(MemorySegment state) {
        try {
            return (int) inflate.invokeExact(state);
        } catch (Throwable e) {
            throw new IllegalStateException("a native function cannot throw", e);
        }
    }
}
