package dev.penstock.local.wire;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * One member of a model class, with what the SDK's traits say about it already looked up.
 *
 * @param element the member that describes the elements of a list or the values of a map
 * @param constructor makes the builder of a nested structure
 * @param isAttributeValue true for DynamoDB's attribute values, which have a fast path of their own
 */
record Member(
        SdkField<?> field,
        String name,
        MarshallLocation location,
        MarshallingKnownType type,
        TimestampFormatTrait.@Nullable Format timestamps,
        @Nullable Member element,
        @Nullable Supplier<SdkPojo> constructor,
        boolean isAttributeValue) {

    static Member of(SdkField<?> field) {
        MarshallingKnownType type = field.marshallingType().getKnownType();
        Member element = switch (type) {
            case LIST -> of(field.getRequiredTrait(ListTrait.class).memberFieldInfo());
            case MAP -> of(field.getRequiredTrait(MapTrait.class).valueFieldInfo());
            default -> null;
        };
        Supplier<SdkPojo> constructor = type == MarshallingKnownType.SDK_POJO ? field.constructor() : null;
        return new Member(
                field,
                field.locationName(),
                field.location(),
                type,
                field.getOptionalTrait(TimestampFormatTrait.class)
                        .map(TimestampFormatTrait::format)
                        .orElse(null),
                element,
                constructor,
                constructor != null && constructor.get() instanceof AttributeValue.Builder);
    }

    /** The element of a list or map member. */
    Member elements() {
        if (element == null) {
            throw new IllegalStateException(name + " is no list or map");
        }
        return element;
    }

    /** A new builder of this nested structure. */
    SdkPojo construct() {
        if (constructor == null) {
            throw new IllegalStateException(name + " is no structure");
        }
        return constructor.get();
    }
}
