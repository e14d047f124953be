package dev.penstock.lambdas.dax;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.penstock.lambdas.catalog.Environment;
import java.time.InstantSource;
import java.util.Map;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * {@code GET /sessions/ID} behind a function URL: 200 with the session, 404 if there is none that is valid, 503 if DAX is
 * down and the table is spared.
 *
 * <p>With {@code DAX_URL} set it reads through the official DAX client, otherwise through the plain one.
 */
public final class SessionLookupHandler implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {

    private static final String PATH = "/sessions/";

    private final CachedLookup.Lookup lookup;
    private final LatencyMetric latency;

    /** Lambda's door: reads the environment once. */
    public SessionLookupHandler() {
        this(Environment.ofProcess(), InstantSource.system());
    }

    private SessionLookupHandler(Environment environment, InstantSource clock) {
        this(
                lookup(environment, clock),
                new LatencyMetric(
                        environment.optional("DAX_URL", "").isEmpty() ? "Table" : "Dax", clock, System.out::println));
    }

    /** The tests' door. */
    SessionLookupHandler(CachedLookup.Lookup lookup, LatencyMetric latency) {
        this.lookup = lookup;
        this.latency = latency;
    }

    private static CachedLookup.Lookup lookup(Environment environment, InstantSource clock) {
        String table = environment.optional(Environment.TABLE_PREFIX, "") + "Sessions";
        String url = environment.optional("DAX_URL", "");
        var plain = DynamoDbClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
        var direct = new SessionLookup(plain, table, clock);
        if (url.isEmpty()) {
            return direct::find;
        }
        var dax = DaxConnection.to(
                url,
                environment.required("AWS_REGION"),
                clock,
                environment.optional("AWS_LAMBDA_INITIALIZATION_TYPE", "").equals("snap-start"));
        return new CachedLookup(
                sessionId -> new SessionLookup(dax.client(), table, clock).find(sessionId), direct::find, clock)::find;
    }

    @Override
    public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
        String path = event.getRawPath();
        if (!path.startsWith(PATH) || path.length() == PATH.length()) {
            return response(400, "{\"message\":\"GET /sessions/ID\"}");
        }
        String sessionId = path.substring(PATH.length());
        try {
            return latency.time(() -> lookup.find(sessionId))
                    .map(session -> response(200, Json.of(session)))
                    .orElseGet(() -> response(404, "{\"message\":\"no such session\"}"));
        } catch (CachedLookup.UnavailableException e) {
            return response(503, "{\"message\":\"try again in a second\"}");
        }
    }

    private static APIGatewayV2HTTPResponse response(int status, String body) {
        return APIGatewayV2HTTPResponse.builder()
                .withStatusCode(status)
                .withHeaders(Map.of("content-type", "application/json", "cache-control", "no-store"))
                .withBody(body)
                .build();
    }
}
