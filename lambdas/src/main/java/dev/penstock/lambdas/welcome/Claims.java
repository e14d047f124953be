package dev.penstock.lambdas.welcome;

import dev.penstock.lambdas.diversion.FailureBucket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * Who was written to, one row per mail: made before the mail is sent, confirmed by its Send event. Rows hold no
 * personal data: the key is a digest of the consumer and the customer's id.
 */
public final class Claims {
    static final Duration LIFETIME = FailureBucket.REMEMBERED;

    private static final String CLAIM = "claim";
    private static final String STATE = "state";
    private static final String CLAIMED_AT = "claimedAt";
    private static final String MESSAGE_ID = "messageId";

    private final DynamoDbClient client;
    private final String table;
    private final String consumer;
    private final InstantSource clock;

    /** How far a mail has got. */
    public enum State {
        /** Somebody is sending it, or was when the function ended: it may have been sent. */
        CLAIMED,
        /** SES took it over. */
        ACCEPTED,
        /** SES reported that it was sent. */
        SENT,
        /** SES refused it, so it was surely not sent; whoever delivers its record again sends it again. */
        REFUSED,
        /** In doubt for longer than the grace time, and by a person's decision to be sent again. */
        RESEND
    }

    /**
     * A claim that somebody holds.
     *
     * @param claim its key, also the message tag
     */
    public record Claim(String claim, State state, Instant claimedAt) {}

    /**
     * @param table physical name
     */
    public Claims(DynamoDbClient client, String table, String consumer, InstantSource clock) {
        this.client = client;
        this.table = table;
        this.consumer = consumer;
        this.clock = clock;
    }

    /** Key of a customer's claim: 43 characters that a message tag may hold. */
    public String key(String customerId) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((consumer + "\n" + customerId).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Claims the mail, also one that SES has refused before; when somebody holds the claim, that one is given back instead. */
    Optional<Claim> claim(String key) {
        Instant now = clock.instant();
        try {
            client.putItem(request -> request.tableName(table)
                    .item(Map.of(
                            CLAIM,
                            AttributeValue.fromS(key),
                            STATE,
                            AttributeValue.fromS(State.CLAIMED.name()),
                            CLAIMED_AT,
                            AttributeValue.fromS(now.toString()),
                            "expiresAt",
                            AttributeValue.fromN(
                                    Long.toString(now.plus(LIFETIME).getEpochSecond()))))
                    .conditionExpression("attribute_not_exists(#c) OR #s IN (:resend, :refused)")
                    .expressionAttributeNames(Map.of("#c", CLAIM, "#s", STATE))
                    .expressionAttributeValues(Map.of(
                            ":resend",
                            AttributeValue.fromS(State.RESEND.name()),
                            ":refused",
                            AttributeValue.fromS(State.REFUSED.name())))
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
            return Optional.empty();
        } catch (ConditionalCheckFailedException held) {
            return Optional.of(read(held.item()));
        }
    }

    /** Gives a claim back whose mail was surely not sent. */
    void release(String key) {
        client.deleteItem(request -> request.tableName(table)
                .key(Map.of(CLAIM, AttributeValue.fromS(key)))
                .conditionExpression("#s = :claimed")
                .expressionAttributeNames(Map.of("#s", STATE))
                .expressionAttributeValues(Map.of(":claimed", AttributeValue.fromS(State.CLAIMED.name()))));
    }

    /**
     * Lets the mail be sent again; the customer gets two if the first was sent after all.
     *
     * @return false when its state has changed since the claim was read, by a late Send event for instance
     */
    public boolean reopen(Claim claim) {
        try {
            client.updateItem(request -> request.tableName(table)
                    .key(Map.of(CLAIM, AttributeValue.fromS(claim.claim())))
                    .updateExpression("SET #s = :resend")
                    .conditionExpression("#s = :s AND #at = :at")
                    .expressionAttributeNames(Map.of("#s", STATE, "#at", CLAIMED_AT))
                    .expressionAttributeValues(Map.of(
                            ":resend",
                            AttributeValue.fromS(State.RESEND.name()),
                            ":s",
                            AttributeValue.fromS(claim.state().name()),
                            ":at",
                            AttributeValue.fromS(claim.claimedAt().toString()))));
            return true;
        } catch (ConditionalCheckFailedException changed) {
            return false;
        }
    }

    /** Notes how far the mail has got; what is SENT stays so, whatever order events arrive in. */
    public void mark(String key, State state, String messageId) {
        Map<String, AttributeValue> values = new HashMap<>();
        values.put(":s", AttributeValue.fromS(state.name()));
        values.put(":m", AttributeValue.fromS(messageId));
        values.put(":sent", AttributeValue.fromS(State.SENT.name()));
        try {
            client.updateItem(request -> request.tableName(table)
                    .key(Map.of(CLAIM, AttributeValue.fromS(key)))
                    .updateExpression("SET #s = :s, #m = :m")
                    .conditionExpression("attribute_exists(#c) AND #s <> :sent")
                    .expressionAttributeNames(Map.of("#c", CLAIM, "#s", STATE, "#m", MESSAGE_ID))
                    .expressionAttributeValues(values));
        } catch (ConditionalCheckFailedException sentOrExpired) {
            return;
        }
    }

    /** How far the mail has got; none when nobody holds its claim. */
    public Optional<State> state(String key) {
        var row = client.getItem(request -> request.tableName(table)
                .key(Map.of(CLAIM, AttributeValue.fromS(key)))
                .consistentRead(true));
        return row.hasItem() ? Optional.of(read(row.item()).state()) : Optional.empty();
    }

    /**
     * Claims without a Send event that are older than {@code grace}, oldest first: their mail is in doubt, or was refused.
     */
    public List<Claim> unconfirmed(Duration grace) {
        Instant before = clock.instant().minus(grace);
        List<Claim> claims = new ArrayList<>();
        client.scanPaginator(request -> request.tableName(table).consistentRead(true)).items().stream()
                .map(Claims::read)
                .filter(claim -> claim.state() != State.SENT)
                .filter(claim -> claim.claimedAt().isBefore(before))
                .sorted(Comparator.comparing(Claim::claimedAt))
                .forEach(claims::add);
        return claims;
    }

    private static Claim read(Map<String, AttributeValue> item) {
        return new Claim(text(item, CLAIM), State.valueOf(text(item, STATE)), Instant.parse(text(item, CLAIMED_AT)));
    }

    private static String text(Map<String, AttributeValue> item, String attribute) {
        AttributeValue value = item.get(attribute);
        if (value == null || value.s() == null) {
            throw new IllegalStateException("a claim without " + attribute + ": attributes " + item.keySet());
        }
        return value.s();
    }
}
