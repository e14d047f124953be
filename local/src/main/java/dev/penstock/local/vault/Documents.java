package dev.penstock.local.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.journal.Document;
import dev.penstock.local.journal.Registry;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** Model objects of the SDK as documents of a region's journal, so that they survive whatever happens to the process. */
final class Documents {
    private static final String ROOT = "awsbackup/";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegionStore store;

    Documents(RegionStore store) {
        this.store = store;
    }

    <B extends SdkPojo & SdkBuilder<B, T>, T> Optional<T> get(String name, Supplier<B> builder) {
        return store.registry().get(ROOT + name, JsonNode.class).map(json -> Wire.read(json, builder.get()));
    }

    /** All documents below that name, in order of names. */
    <B extends SdkPojo & SdkBuilder<B, T>, T> List<T> list(String prefix, Supplier<B> builder) {
        return store.registry().list(ROOT + prefix, JsonNode.class).values().stream()
                .map(json -> Wire.read(json, builder.get()))
                .toList();
    }

    /** One object as the model of another operation: what has the same name is the same. */
    static <B extends SdkPojo & SdkBuilder<B, T>, T> T as(SdkPojo object, B builder) {
        return Wire.read(Wire.write(object), builder);
    }

    <T> Optional<T> task(String name, Class<T> type) {
        return store.registry().get(ROOT + name, type);
    }

    /** A document for {@link #append}. */
    static Document document(String name, Object value) {
        return Registry.document(ROOT + name, value instanceof SdkPojo pojo ? json(pojo) : value);
    }

    static Document removed(String name) {
        return new Document(ROOT + name, null);
    }

    static JsonNode json(SdkPojo pojo) {
        try {
            return JSON.readTree(Wire.write(pojo));
        } catch (IOException e) {
            throw new UncheckedIOException(pojo.getClass().getSimpleName() + " can't be written as JSON", e);
        }
    }

    void put(String name, SdkPojo value) {
        append(List.of(document(name, value)));
    }

    void remove(String name) {
        append(List.of(removed(name)));
    }

    /** All of them or none, durable when this returns. */
    void append(List<Document> documents) {
        store.journal().append(List.of(), documents);
    }
}
