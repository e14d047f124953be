package dev.penstock.local.glue;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

/** Glue's inputs and what it keeps of them have members of the same names: copies one into the other. */
final class Copy {
    private Copy() {}

    static <B extends SdkPojo> B into(B builder, SdkPojo input) {
        Map<String, SdkField<?>> fields = new HashMap<>();
        builder.sdkFields().forEach(field -> fields.put(field.locationName(), field));
        for (SdkField<?> field : input.sdkFields()) {
            Object value = field.getValueOrDefault(input);
            SdkField<?> same = fields.get(field.locationName());
            boolean isSet = value != null
                    && !(value instanceof SdkAutoConstructList)
                    && !(value instanceof SdkAutoConstructMap);
            if (isSet && same != null) {
                same.set(builder, value);
            }
        }
        return builder;
    }
}
