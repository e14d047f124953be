package dev.penstock.local.dax;

import dev.penstock.local.dax.AttributeLists.AttributeList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items on the wire: the number of their list of attribute names, then the values in that order. Threadsafe. */
final class Items {
    private final AttributeLists lists;

    Items(AttributeLists lists) {
        this.lists = lists;
    }

    AttributeLists lists() {
        return lists;
    }

    /** What a cache keeps of an item: its bytes as they travel, without the key. */
    CachedItem encode(Map<String, AttributeValue> item, KeySchema schema) {
        return encode(item, lists.define(item.keySet(), schema));
    }

    private static CachedItem encode(Map<String, AttributeValue> item, AttributeList list) {
        CborWriter out = new CborWriter();
        out.integer(list.id());
        list.names().forEach(name -> Values.write(member(item, name), out));
        return new CachedItem(list, out.toByteArray());
    }

    /** Writes the item without its key as one byte string. */
    void writeWithoutKey(Map<String, AttributeValue> item, KeySchema schema, CborWriter out) {
        write(encode(item, schema), out);
    }

    /** Writes the item, key included, as one byte string. */
    void write(Map<String, AttributeValue> item, CborWriter out) {
        write(encode(item, lists.define(List.copyOf(new TreeSet<>(item.keySet())))), out);
    }

    void write(CachedItem item, CborWriter out) {
        lists.touch(item.list());
        out.bytes(item.bytes());
    }

    /** Reads an item that travels without its key and adds the key to it. */
    Map<String, AttributeValue> read(CborReader in, Map<String, AttributeValue> key) {
        long id = in.readInteger();
        AttributeList list = lists.find(id)
                .orElseThrow(
                        () -> DaxErrors.validation("Attribute list " + id + " is not known to this DAX server: it was"
                                + " restarted or has forgotten the list. Connect with a new client."));
        return read(in, list, key);
    }

    Map<String, AttributeValue> decode(CachedItem item, Map<String, AttributeValue> key) {
        CborReader in = new CborReader(item.bytes());
        in.readInteger();
        return read(in, item.list(), key);
    }

    private static Map<String, AttributeValue> read(
            CborReader in, AttributeList list, Map<String, AttributeValue> key) {
        Map<String, AttributeValue> item = new LinkedHashMap<>(key);
        list.names().forEach(name -> item.put(name, Values.read(in)));
        if (!in.atEnd()) {
            throw new MalformedRequestException("an item has more values than names");
        }
        return item;
    }

    /** Attributes of UPDATED_OLD and UPDATED_NEW: number of the list, then {ordinal: value}, as one byte string. */
    void writeUpdated(Map<String, AttributeValue> attributes, CborWriter out) {
        AttributeList list = lists.define(List.copyOf(new TreeSet<>(attributes.keySet())));
        CborWriter inner = new CborWriter();
        inner.integer(list.id()).raw(Cbor.MAP_STREAM);
        for (int i = 0; i < list.names().size(); i++) {
            Values.write(member(attributes, list.names().get(i)), inner.integer(i));
        }
        out.bytes(inner.raw(Cbor.BREAK));
    }

    private static AttributeValue member(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        if (value == null) {
            throw new IllegalStateException("attribute " + name + " was listed and is absent");
        }
        return value;
    }
}
