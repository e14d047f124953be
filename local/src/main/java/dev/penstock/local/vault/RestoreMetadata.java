package dev.penstock.local.vault;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.SSEDescription;
import software.amazon.awssdk.services.dynamodb.model.SSESpecification;
import software.amazon.awssdk.services.dynamodb.model.SSEType;

/**
 * What a restore job is told about the table that it makes (AWS Backup Developer Guide, "Restore a DynamoDB table").
 *
 * @param target the name of the table
 * @param key the ARN of the customer's key; {@code null} for a key of DynamoDB
 * @param isManaged whether KMS keeps the key; otherwise it is the one that DynamoDB owns
 */
record RestoreMetadata(String target, @Nullable String key, boolean isManaged) {
    private static final String TARGET = "targetTableName";
    private static final String ENCRYPTION = "encryptionType";
    private static final String KEY = "kmsMasterKeyArn";
    private static final String DEFAULT = "Default";
    private static final String KMS = "KMS";

    /** Told by GetRecoveryPointRestoreMetadata; says nothing about the new table. */
    private static final String ORIGINAL = "originalTableName";

    private static final Set<String> KNOWN = lower(Set.of(TARGET, ENCRYPTION, KEY, ORIGINAL, "aws:backup:request-id"));

    /**
     * Reads what a request gives; names are not case-sensitive.
     *
     * @param region where the table is made, and where its key must be
     * @throws dev.penstock.local.gateway.AwsError InvalidParameterValueException for what AWS Backup does not know
     */
    static RestoreMetadata of(Map<String, String> given, String region) {
        Map<String, String> metadata = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        metadata.putAll(given);
        for (String name : metadata.keySet()) {
            if (!KNOWN.contains(name.toLowerCase(Locale.ROOT))) {
                throw Errors.invalid("Metadata " + name + " is not known for a DynamoDB table; allowed are " + TARGET
                        + ", " + ENCRYPTION + " and " + KEY);
            }
        }
        String target = metadata.get(TARGET);
        if (target == null) {
            throw Errors.invalid("Metadata must name the new table in " + TARGET + "; given: " + given.keySet());
        }
        String type = metadata.getOrDefault(ENCRYPTION, DEFAULT);
        boolean isManaged = type.equalsIgnoreCase(KMS);
        if (!isManaged && !type.equalsIgnoreCase(DEFAULT)) {
            throw Errors.invalid(ENCRYPTION + " must be " + DEFAULT + " or " + KMS + "; given: " + type);
        }
        String key = metadata.get(KEY);
        if (key != null && !isManaged) {
            throw Errors.invalid(KEY + " can be given with " + ENCRYPTION + " " + KMS + " only; given with: " + type);
        }
        if (key != null && !key.startsWith("arn:aws:kms:" + region + ":")) {
            throw Errors.invalid(KEY + " must be the ARN of a key in " + region + "; given: " + key);
        }
        return new RestoreMetadata(target, key, isManaged);
    }

    /** What is told of a recovery point: given back, it makes a table with the encryption of the source. */
    static Map<String, String> told(String original, @Nullable SSEDescription encryption) {
        Map<String, String> told = new TreeMap<>(Map.of(ORIGINAL, original, ENCRYPTION, DEFAULT));
        if (encryption != null) {
            told.put(ENCRYPTION, KMS);
            if (encryption.kmsMasterKeyArn() != null) {
                told.put(KEY, encryption.kmsMasterKeyArn());
            }
        }
        return told;
    }

    SSESpecification encryption() {
        return SSESpecification.builder()
                .enabled(isManaged)
                .sseType(isManaged ? SSEType.KMS : null)
                .kmsMasterKeyId(key)
                .build();
    }

    private static Set<String> lower(Set<String> names) {
        return Set.copyOf(
                names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList());
    }
}
