package dev.penstock.local.assembly;

import java.util.Locale;
import java.util.Map;

/** A resource of a stack with its properties resolved: what a provisioner gets. */
record Resource(String stack, String region, String logicalId, String type, Properties properties) {

    static final String ACCOUNT = "000000000000";

    /**
     * The name given by that property; without one a name made of stack and logical id, the same at each start, so that
     * a restart finds what it made.
     */
    String name(String property) {
        return properties.optional(property).orElseGet(this::generatedName);
    }

    String generatedName() {
        return stack + "-" + logicalId;
    }

    /** A generated name within the rules for buckets: lower case, at most 63 characters. */
    String bucketName() {
        String name = name("BucketName").toLowerCase(Locale.ROOT);
        return name.length() <= 63 ? name : name.substring(0, 54) + "-" + Integer.toHexString(name.hashCode());
    }

    String arn(String service, String resource) {
        return "arn:aws:" + service + ":" + region + ":" + ACCOUNT + ":" + resource;
    }

    /**
     * What {@code Ref} and {@code Fn::GetAtt} answer for a resource that exists.
     *
     * @param id the value of Ref
     */
    record Physical(String id, Map<String, String> attributes) {}
}
