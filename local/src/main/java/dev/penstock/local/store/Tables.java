package dev.penstock.local.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.Document;
import dev.penstock.local.journal.KeyNames;
import dev.penstock.local.journal.Registry;
import dev.penstock.local.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** The tables of one region by name, as the journal's documents declare them. Threadsafe. */
public final class Tables {
    private static final String PREFIX = "table/";
    private static final String NUMBERS = "numbers/table";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Registry registry;
    private final ConcurrentSkipListMap<String, Table> byName = new ConcurrentSkipListMap<>();

    private record Declared(int number, JsonNode description) {}

    Tables(Registry registry) {
        this.registry = registry;
        registry.list(PREFIX, Declared.class).values().forEach(declared -> {
            TableDescription description = Wire.read(declared.description(), TableDescription.builder());
            byName.put(description.tableName(), new Table(declared.number(), description));
        });
    }

    /** All of them, in order of names. */
    public Collection<Table> all() {
        return List.copyOf(byName.values());
    }

    /** @param nameOrArn a table's name, or its ARN, as AWS takes either */
    public Optional<Table> find(@Nullable String nameOrArn) {
        return nameOrArn == null ? Optional.empty() : Optional.ofNullable(byName.get(name(nameOrArn)));
    }

    /**
     * A table that takes reads and writes.
     *
     * @throws AwsError ResourceNotFoundException when there is none, or it is still being made
     */
    public Table active(@Nullable String nameOrArn) {
        return find(AwsError.required("tableName", nameOrArn))
                .filter(Table::isActive)
                .orElseThrow(() -> new AwsError(400, "ResourceNotFoundException", "Requested resource not found"));
    }

    /** As {@link #active}, with the text of the control plane; a table being made is found too. */
    public Table described(@Nullable String nameOrArn) {
        return find(AwsError.required("tableName", nameOrArn)).orElseThrow(() -> notFound(nameOrArn));
    }

    /** As {@link #described}, for changes of settings: a table that a restore fills is not found, as AWS answers. */
    public Table changeable(@Nullable String nameOrArn) {
        return find(AwsError.required("tableName", nameOrArn))
                .filter(table -> !table.isRestoring())
                .orElseThrow(() -> notFound(nameOrArn));
    }

    private static AwsError notFound(@Nullable String nameOrArn) {
        return new AwsError(
                400,
                "ResourceNotFoundException",
                "Requested resource not found: Table: " + name(String.valueOf(nameOrArn)) + " not found");
    }

    public Optional<Table> byNumber(int number) {
        return byName.values().stream()
                .filter(table -> table.number() == number)
                .findFirst();
    }

    /** The keys of the tables there are now, by number. */
    IntFunction<@Nullable KeyNames> keyNames() {
        Map<Integer, KeyNames> names = new HashMap<>();
        byName.values().forEach(table -> names.put(table.number(), table.keyNames()));
        return names::get;
    }

    /** The name in a name or ARN. */
    public static String name(String nameOrArn) {
        int at = nameOrArn.startsWith("arn:") ? nameOrArn.indexOf(":table/") : -1;
        if (at < 0) {
            return nameOrArn;
        }
        String rest = nameOrArn.substring(at + ":table/".length());
        int slash = rest.indexOf('/');
        return slash < 0 ? rest : rest.substring(0, slash);
    }

    int nextNumber() {
        return registry.get(NUMBERS, Integer.class).orElse(0) + 1;
    }

    /** What to append so that a table is declared so from then on. */
    static List<Document> declaring(Table table) {
        try {
            JsonNode description = JSON.readTree(Wire.write(table.description()));
            return List.of(Registry.document(PREFIX + table.name(), new Declared(table.number(), description)));
        } catch (IOException e) {
            throw new UncheckedIOException("table " + table.name() + " can't be written as JSON", e);
        }
    }

    static List<Document> creating(Table table) {
        List<Document> documents = new ArrayList<>(declaring(table));
        documents.add(Registry.document(NUMBERS, table.number()));
        return documents;
    }

    /** What to append so that a table and everything said about it is gone. */
    List<Document> removing(Table table) {
        List<Document> documents = new ArrayList<>();
        documents.add(new Document(PREFIX + table.name(), null));
        registry.raw(table.document("")).keySet().forEach(name -> documents.add(new Document(name, null)));
        return documents;
    }

    void put(Table table) {
        byName.put(table.name(), table);
    }

    void remove(Table table) {
        byName.remove(table.name());
    }
}
