package dev.penstock.local.dynamodb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.DeleteResourcePolicyRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteResourcePolicyResponse;
import software.amazon.awssdk.services.dynamodb.model.GetResourcePolicyRequest;
import software.amazon.awssdk.services.dynamodb.model.GetResourcePolicyResponse;
import software.amazon.awssdk.services.dynamodb.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.dynamodb.model.PutResourcePolicyResponse;

/** Resource policies of tables. They are kept and shown; locally everybody may do everything, so they deny nothing. */
final class PolicyOperations {
    private static final String DOCUMENT = "policy";
    /** Given as expected revision: there must be none yet. */
    private static final String NONE = "NO_POLICY";

    private PolicyOperations() {}

    private record Policy(String policy, String revision) {}

    static void addTo(DynamoDb dynamodb) {
        dynamodb.on("PutResourcePolicy", PutResourcePolicyRequest::builder, PolicyOperations::put)
                .on("GetResourcePolicy", GetResourcePolicyRequest::builder, PolicyOperations::get)
                .on("DeleteResourcePolicy", DeleteResourcePolicyRequest::builder, PolicyOperations::delete);
    }

    private static PutResourcePolicyResponse put(RegionStore store, PutResourcePolicyRequest asked) {
        Table table = table(store, asked.resourceArn());
        expect(find(store, table), asked.expectedRevisionId());
        requireJson(asked.policy());
        Policy policy = new Policy(asked.policy(), UUID.randomUUID().toString());
        store.registry().put(table.document(DOCUMENT), policy);
        return PutResourcePolicyResponse.builder().revisionId(policy.revision()).build();
    }

    private static GetResourcePolicyResponse get(RegionStore store, GetResourcePolicyRequest asked) {
        Policy policy = find(store, table(store, asked.resourceArn()))
                .orElseThrow(() -> notFound(
                        "Resource-based policy not found for the provided ResourceArn: " + asked.resourceArn()));
        return GetResourcePolicyResponse.builder()
                .policy(policy.policy())
                .revisionId(policy.revision())
                .build();
    }

    private static DeleteResourcePolicyResponse delete(RegionStore store, DeleteResourcePolicyRequest asked) {
        Table table = table(store, asked.resourceArn());
        Optional<Policy> before = find(store, table);
        expect(before, asked.expectedRevisionId());
        store.registry().remove(table.document(DOCUMENT));
        return DeleteResourcePolicyResponse.builder()
                .revisionId(before.map(Policy::revision).orElse(null))
                .build();
    }

    private static Optional<Policy> find(RegionStore store, Table table) {
        return store.registry().get(table.document(DOCUMENT), Policy.class);
    }

    private static void expect(Optional<Policy> before, @Nullable String revision) {
        if (revision != null && !revision.equals(before.map(Policy::revision).orElse(NONE))) {
            throw notFound("The expected revision " + revision + " is not the policy's");
        }
    }

    private static AwsError notFound(String message) {
        return new AwsError(400, "PolicyNotFoundException", message);
    }

    private static void requireJson(@Nullable String policy) {
        try {
            if (policy == null || !new ObjectMapper().readTree(policy).isObject()) {
                throw AwsError.validation("Policy must be a JSON object; given: " + policy);
            }
        } catch (JsonProcessingException malformed) {
            throw AwsError.validation("Invalid policy document: " + malformed.getOriginalMessage());
        }
    }

    private static Table table(RegionStore store, @Nullable String arn) {
        return store.tables()
                .find(AwsError.required("resourceArn", arn))
                .filter(table -> table.arn().equals(arn))
                .orElseThrow(() -> new AwsError(
                        400, "ResourceNotFoundException", "Requested resource not found: " + arn + " not found"));
    }
}
