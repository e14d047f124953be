package dev.penstock.local.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Named JSON documents that survive restarts because they are frames of the journal: table definitions, stream labels,
 * tags, mapping checkpoints, backup metadata. Names are paths ({@code table/Orders}); a record class is a good
 * document. Threadsafe.
 */
public final class Registry {
    private static final ObjectMapper JSON =
            JsonMapper.builder().addModule(new JavaTimeModule()).build();

    private final Journal journal;
    private final ConcurrentSkipListMap<String, String> documents = new ConcurrentSkipListMap<>();

    Registry(Journal journal) {
        this.journal = journal;
    }

    /** Writes a document, durable when this returns. */
    public void put(String name, Object value) {
        journal.append(List.of(), List.of(document(name, value)));
    }

    /** Removes a document; nothing happens when there is none. */
    public void remove(String name) {
        if (documents.containsKey(name)) {
            journal.append(List.of(), List.of(new Document(name, null)));
        }
    }

    /** A document to be appended together with others, or with changes, by {@link Journal#append}. */
    public static Document document(String name, Object value) {
        try {
            return new Document(name, JSON.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("document " + name + " can't be written as JSON: " + value, e);
        }
    }

    public <T> Optional<T> get(String name, Class<T> type) {
        return Optional.ofNullable(documents.get(name)).map(json -> parse(name, json, type));
    }

    /** All documents whose name starts with {@code prefix}, by full name, in order of names. */
    public <T> SortedMap<String, T> list(String prefix, Class<T> type) {
        SortedMap<String, T> found = new TreeMap<>();
        raw(prefix).forEach((name, json) -> found.put(name, parse(name, json, type)));
        return found;
    }

    /** The texts of all documents whose name starts with {@code prefix}. */
    public SortedMap<String, String> raw(String prefix) {
        return Collections.unmodifiableSortedMap(documents.subMap(prefix, prefix + Character.MAX_VALUE));
    }

    /** Within the journal's lock, so that documents change in the order of the log. */
    void apply(List<Document> changed) {
        for (Document document : changed) {
            String json = document.json();
            if (json == null) {
                documents.remove(document.name());
            } else {
                documents.put(document.name(), json);
            }
        }
    }

    List<Document> snapshot() {
        return documents.entrySet().stream()
                .map((Map.Entry<String, String> entry) -> new Document(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static <T> T parse(String name, String json, Class<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("document " + name + " is no " + type.getSimpleName() + ": " + json, e);
        }
    }
}
