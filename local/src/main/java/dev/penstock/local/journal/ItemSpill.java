package dev.penstock.local.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items put aside in a temporary file in the journal's compact form, so that a table need not fit in memory. */
public final class ItemSpill implements AutoCloseable {
    private static final int PER_FRAME = 200;

    private final Segment file;
    private final List<Change> pending = new ArrayList<>(PER_FRAME);

    private ItemSpill(Segment file) {
        this.file = file;
    }

    public static ItemSpill create() {
        try {
            Path folder = Files.createTempDirectory("penstock-scan");
            return new ItemSpill(Segment.create(folder, 0, 0));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot put items aside in a temporary file", e);
        }
    }

    public void add(Map<String, AttributeValue> item) {
        pending.add(new Change(0, null, item, Cause.USER));
        if (pending.size() == PER_FRAME) {
            flush();
        }
    }

    /** Visits all items in the order they came; nothing is added afterwards. */
    public void forEach(Consumer<Map<String, AttributeValue>> visitor) {
        flush();
        file.scanFrom(0, (offset, payload) -> {
            Frame.decode(payload).changes().forEach(change -> visitor.accept(change.anyImage()));
            return true;
        });
    }

    private void flush() {
        if (pending.isEmpty()) {
            return;
        }
        var frame = Frame.encode(pending, List.of());
        Frame.stamp(frame, 0);
        try {
            file.append(frame, 0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the temporary file " + file.file(), e);
        }
        pending.clear();
    }

    @Override
    public void close() {
        file.close();
        try {
            Files.deleteIfExists(file.file());
            Files.deleteIfExists(file.file().getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the temporary file " + file.file(), e);
        }
    }
}
