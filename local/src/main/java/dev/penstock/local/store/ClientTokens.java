package dev.penstock.local.store;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.Document;
import dev.penstock.local.journal.Registry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The client tokens of the last ten minutes. A token is written in the frame of its transaction, so that a retry after
 * a crash is recognised too. Threadsafe.
 */
final class ClientTokens {
    /** How long a token makes a transaction idempotent (API reference, TransactWriteItems). */
    private static final Duration LIFE = Duration.ofMinutes(10);

    private static final String PREFIX = "token/";
    private static final int LONGEST = 36;
    private static final int SWEEP_EVERY = 1_000;

    private final Registry registry;
    private final InstantSource clock;
    private final AtomicInteger uses = new AtomicInteger();
    private final Set<String> inProgress = ConcurrentHashMap.newKeySet();

    /**
     * @param request digest of the request it came with
     * @param reads what a repetition consumes, by table
     */
    private record Token(
            String request, Instant until, @Nullable Map<String, Double> reads) {}

    ClientTokens(Registry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** The first use of a token: its documents belong into the transaction's frame. */
    interface Use {
        /** @param reads units that a repetition consumes, by table */
        List<Document> documents(Map<String, Double> reads);
    }

    /**
     * Runs a transaction unless this token was used within its life, then answers as for a repetition.
     *
     * @param actions what the transaction does; a repetition does the same
     * @throws AwsError IdempotentParameterMismatchException when it was used with another request,
     *     TransactionInProgressException when it is being used right now
     */
    <R> R once(String token, List<?> actions, Function<Use, R> first, Function<Map<String, Double>, R> repeated) {
        if (token.isEmpty() || token.length() > LONGEST) {
            throw AwsError.validation("1 validation error detected: Value '" + token
                    + "' at 'clientRequestToken' failed to satisfy constraint: Member must have length between 1 and "
                    + LONGEST);
        }
        if (!inProgress.add(token)) {
            throw new AwsError(
                    400,
                    "TransactionInProgressException",
                    "The transaction with the given request token is already in progress.");
        }
        try {
            String digest = digest(actions);
            Instant now = clock.instant();
            Token used = registry.get(PREFIX + token, Token.class)
                    .filter(found -> found.until.isAfter(now))
                    .orElse(null);
            if (used == null) {
                return first.apply(reads -> documents(token, new Token(digest, now.plus(LIFE), reads), now));
            }
            if (!used.request.equals(digest)) {
                throw new AwsError(
                        400,
                        "IdempotentParameterMismatchException",
                        "The request uses the same client token as a previous, but non-identical request.");
            }
            return repeated.apply(used.reads == null ? Map.of() : used.reads);
        } finally {
            inProgress.remove(token);
        }
    }

    /** The token, and now and then the removal of those that are over. */
    private List<Document> documents(String name, Token token, Instant now) {
        List<Document> documents = new ArrayList<>();
        documents.add(Registry.document(PREFIX + name, token));
        if (uses.incrementAndGet() % SWEEP_EVERY == 0) {
            registry.list(PREFIX, Token.class).forEach((other, old) -> {
                if (!old.until.isAfter(now)) {
                    documents.add(new Document(other, null));
                }
            });
        }
        return documents;
    }

    /** The same for equal requests, in whatever order a client wrote the attributes of its maps. */
    private static String digest(List<?> actions) {
        return actions.size() + "-" + Integer.toHexString(actions.hashCode());
    }
}
