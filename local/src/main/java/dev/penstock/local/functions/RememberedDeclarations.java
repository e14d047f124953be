package dev.penstock.local.functions;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.lambdas.catalog.Catalog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A DynamoDB with one row: the declarations of a source, which a projector writes once in the life of a deployment and
 * reads at each start. All other requests have an empty answer.
 */
final class RememberedDeclarations {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode row = JSON.createObjectNode();

    /** @param target the header X-Amz-Target, which names the operation */
    synchronized byte[] answer(String target, byte[] body) throws IOException {
        var request = JSON.readTree(body);
        if (!request.path("TableName").asText().equals(Catalog.EPOCHS)) {
            return "{}".getBytes(StandardCharsets.UTF_8);
        }
        if (target.endsWith(".UpdateItem")) {
            var values = request.path("ExpressionAttributeValues");
            request.path("ExpressionAttributeNames")
                    .properties()
                    .forEach(name -> row.set(
                            name.getValue().asText(), values.path(name.getKey().replace('#', ':'))));
            return JSON.writeValueAsBytes(JSON.createObjectNode().set("Attributes", row));
        }
        return JSON.writeValueAsBytes(
                row.isEmpty() ? row : JSON.createObjectNode().set("Item", row));
    }
}
