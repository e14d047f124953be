package dev.penstock.local.dax;

import dev.penstock.local.dax.AttributeLists.AttributeList;
import java.util.List;

/** An item as it travels, without its key; or the knowledge that there is none. The bytes are not to be changed. */
final class CachedItem {
    /** The store has no item under this key. */
    static final CachedItem MISSING = new CachedItem(new AttributeList(1, List.of()), new byte[0]);

    private final AttributeList list;
    private final byte[] bytes;

    CachedItem(AttributeList list, byte[] bytes) {
        this.list = list;
        this.bytes = bytes;
    }

    AttributeList list() {
        return list;
    }

    byte[] bytes() {
        return bytes;
    }

    boolean isMissing() {
        return bytes.length == 0;
    }
}
