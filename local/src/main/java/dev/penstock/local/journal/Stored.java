package dev.penstock.local.journal;

import java.nio.ByteBuffer;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An item as it was found in a file: copied as bytes where nobody looks at it. */
sealed interface Stored {
    Map<String, AttributeValue> item();

    void writeTo(Encoder out);

    /** @param bytes of the item alone, valid as long as this is held */
    record Bytes(ByteBuffer bytes) implements Stored {
        @Override
        public Map<String, AttributeValue> item() {
            return new Decoder(bytes.duplicate()).takeItem(null);
        }

        @Override
        public void writeTo(Encoder out) {
            out.putRaw(bytes);
        }
    }

    record Whole(Map<String, AttributeValue> item) implements Stored {
        @Override
        public void writeTo(Encoder out) {
            out.putItem(item, null);
        }
    }
}
