package dev.penstock.lambdas.priming;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Attribute;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.catalog.Explode;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.catalog.View;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The insert of an item that takes part in every view and aggregate of its table. */
public final class SampleRecord {
    /** Is a text and an instant alike. */
    private static final AttributeValue TEXT = new AttributeValue().withS("2026-01-01T00:00:00Z");

    private static final AttributeValue NUMBER = new AttributeValue().withN("1");

    private SampleRecord() {}

    /**
     * @param table physical name
     */
    public static DynamodbStreamRecord of(Catalog catalog, Table source, String table) {
        Map<String, AttributeValue> key = new HashMap<>();
        source.keys()
                .forEach(attribute -> key.put(attribute.name(), attribute.type() == Attribute.Type.N ? NUMBER : TEXT));
        Map<String, AttributeValue> item = new HashMap<>(key);
        catalog.effectsOf(source.name()).forEach(effect -> fill(item, effect));
        StreamRecord data = new StreamRecord()
                .withKeys(key)
                .withNewImage(item)
                .withSequenceNumber("1")
                .withApproximateCreationDateTime(Date.from(Instant.EPOCH));
        DynamodbStreamRecord record = new DynamodbStreamRecord();
        record.setEventID("priming");
        record.setEventName("INSERT");
        record.setDynamodb(data);
        record.setEventSourceARN("arn:aws:dynamodb:us-east-1:000000000000:table/" + table + "/stream/priming");
        return record;
    }

    private static void fill(Map<String, AttributeValue> item, Effect effect) {
        Set<String> numbers = new HashSet<>();
        Set<String> texts = new HashSet<>();
        switch (effect) {
            case View view -> texts.addAll(view.keySources());
            case Aggregate aggregate -> {
                texts.addAll(aggregate.groupBy());
                var bucket = aggregate.bucket();
                if (bucket != null) {
                    texts.add(bucket.attribute());
                }
                aggregate.measures().forEach(measure -> numbers.addAll(measure.factors()));
            }
        }
        texts.forEach(source -> put(item, effect.explode(), source, TEXT));
        numbers.forEach(source -> put(item, effect.explode(), source, NUMBER));
    }

    private static void put(
            Map<String, AttributeValue> item, @Nullable Explode explode, String source, AttributeValue value) {
        if (explode == null || !source.startsWith(explode.list() + ".")) {
            if (!source.equals(Explode.LINE)) {
                item.putIfAbsent(source, value);
            }
            return;
        }
        AttributeValue list = item.computeIfAbsent(
                explode.list(), name -> new AttributeValue().withL(new AttributeValue().withM(new HashMap<>())));
        if (list.getL() != null) {
            Map<String, AttributeValue> element = list.getL().getFirst().getM();
            element.putIfAbsent(source.substring(explode.list().length() + 1), value);
            list.setL(List.of(new AttributeValue().withM(element)));
        }
    }
}
