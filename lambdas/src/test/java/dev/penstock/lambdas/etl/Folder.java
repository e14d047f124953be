package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.Codec;
import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.LineBuilder;
import dev.penstock.lambdas.export.Lines;
import dev.penstock.lambdas.export.ObjectSink;
import dev.penstock.lambdas.export.ObjectSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A bucket in memory. */
final class Folder implements ObjectSource, ObjectSink {
    final NavigableMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

    @Override
    public OutputStream create(String key) {
        return new ByteArrayOutputStream() {
            @Override
            public void close() {
                objects.put(key, toByteArray());
            }
        };
    }

    @Override
    public InputStream open(String key) throws IOException {
        byte[] body = objects.get(key);
        if (body == null) {
            throw new NoSuchFileException(key);
        }
        return new ByteArrayInputStream(body);
    }

    @Override
    public List<String> list(String prefix) {
        return objects.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
    }

    Folder text(String key, String text) {
        objects.put(key, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    Folder items(String key, List<Map<String, AttributeValue>> items) throws IOException {
        LineBuilder lines = new LineBuilder();
        for (Map<String, AttributeValue> item : items) {
            DynamoDbJson.writeItem(item, lines);
            lines.ascii('\n');
        }
        try (OutputStream out = Codec.of(key).compress(create(key), 1)) {
            lines.writeTo(out);
        }
        return this;
    }

    /** All lines of all objects whose key begins so, decompressed by their extension. */
    List<String> lines(String prefix) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String key : list(prefix)) {
            try (InputStream in = Codec.of(key).decompress(open(key))) {
                Lines.read(
                        in,
                        (text, from, to, number) ->
                                lines.add(new String(text, from, to - from, StandardCharsets.UTF_8)));
            }
        }
        return lines;
    }

    List<Map<String, AttributeValue>> itemsOf(String prefix) throws IOException {
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        for (String line : lines(prefix)) {
            byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
            items.add(DynamoDbJson.readItem(utf8, 0, utf8.length));
        }
        return items;
    }

    /** Runs a recipe over everything below {@code in/}, to {@code out/}. */
    Etl.Result run(String recipe, int threads) throws IOException {
        return etl(threads)
                .run(
                        Recipe.parse(recipe, file -> List.of()),
                        list("in/").stream().map(Part::of).toList());
    }

    Etl etl(int threads) {
        return new Etl(this, this, new Etl.Options(threads, "out/", List.of(), false), bytes -> {});
    }
}
