package dev.penstock.local.redelivery;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Consumer;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.ItemJson;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.welcome.Claims;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import software.amazon.awssdk.core.SdkBytes;

/**
 * Mails whose claim no Send event has confirmed, and those that SES refused: lists them and, when somebody decides so,
 * sends them again. A claim holds no personal data, so its customer is found by the digest of each item of the source.
 */
public final class Resend {
    private final Site site;
    private final Catalog catalog;

    public Resend(Site site, Catalog catalog) {
        this.site = site;
        this.catalog = catalog;
    }

    /** What became of a mail in doubt. */
    public enum Outcome {
        /** Listed only. */
        IN_DOUBT,
        /** SES refused it, now or before: it was not sent. In the sandbox every address that is not verified is refused. */
        REFUSED,
        /** Handed to SES again. */
        SENT_AGAIN,
        /** Confirmed meanwhile, or changed by somebody else. */
        SETTLED_MEANWHILE,
        /** The consumer could not send it now. */
        NOT_NOW,
        /** The item that the mail was for is gone: nobody to write to. */
        ITEM_GONE
    }

    /**
     * Goes through all claims that are older than {@code grace} and not confirmed.
     *
     * @param send whether to send them again: whoever got a first mail in doubt after all gets a second
     * @param told each claim with its outcome
     */
    public void run(Duration grace, boolean send, BiConsumer<Claims.Claim, Outcome> told) {
        for (Consumer consumer : catalog.consumers()) {
            if (consumer.sendsMail()) {
                run(consumer, grace, send, told);
            }
        }
    }

    private void run(Consumer consumer, Duration grace, boolean send, BiConsumer<Claims.Claim, Outcome> told) {
        Claims claims = new Claims(
                site.dynamoDb(),
                site.names().physical(Consumer.claimsName(consumer.name())),
                consumer.name(),
                site.clock());
        List<Claims.Claim> unconfirmed = claims.unconfirmed(grace);
        if (!send || unconfirmed.isEmpty()) {
            unconfirmed.forEach(claim ->
                    told.accept(claim, claim.state() == Claims.State.REFUSED ? Outcome.REFUSED : Outcome.IN_DOUBT));
            return;
        }
        Table source = catalog.table(consumer.source());
        Map<String, Claims.Claim> open = new LinkedHashMap<>();
        unconfirmed.forEach(claim -> open.put(claim.claim(), claim));
        String table = site.names().physical(source.name());
        for (var sdk : site.dynamoDb()
                .scanPaginator(scan -> scan.tableName(table).consistentRead(true))
                .items()) {
            Map<String, Value> item = Items.fromSdk(sdk);
            if (item.get(source.partitionKey().name()) instanceof Value.S id) {
                Claims.Claim claim = open.remove(claims.key(id.value()));
                if (claim != null) {
                    told.accept(claim, again(consumer, source, claims, claim, item));
                }
            }
        }
        open.values().forEach(claim -> told.accept(claim, Outcome.ITEM_GONE));
    }

    private Outcome again(Consumer consumer, Table source, Claims claims, Claims.Claim claim, Map<String, Value> item) {
        if (!claims.reopen(claim)) {
            return Outcome.SETTLED_MEANWHILE;
        }
        var answer = site.lambda()
                .invoke(invoke -> invoke.functionName(site.function(consumer.name()))
                        .payload(SdkBytes.fromUtf8String(event(source, claim, item))));
        boolean whole = answer.functionError() == null
                && FailureObjects.parse(answer.payload().asUtf8String())
                        .path("batchItemFailures")
                        .isEmpty();
        if (!whole) {
            return Outcome.NOT_NOW;
        }
        boolean refused =
                claims.state(claim.claim()).filter(Claims.State.REFUSED::equals).isPresent();
        return refused ? Outcome.REFUSED : Outcome.SENT_AGAIN;
    }

    /** The item as the stream told of it when the mail was claimed. */
    private String event(Table source, Claims.Claim claim, Map<String, Value> item) {
        Map<String, Value> key = new HashMap<>();
        source.keyNames().forEach(name -> {
            Value value = item.get(name);
            if (value != null) {
                key.put(name, value);
            }
        });
        return """
                {"Records":[{"eventID":%s,"eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb",\
                "dynamodb":{"ApproximateCreationDateTime":%d,"Keys":%s,"NewImage":%s,"SequenceNumber":"1"},\
                "eventSourceARN":%s}]}""".formatted(
                ItemJson.quote(claim.claim()),
                claim.claimedAt().getEpochSecond(),
                ItemJson.write(key),
                ItemJson.write(item),
                ItemJson.quote("arn:aws:dynamodb:::table/" + site.names().physical(source.name()) + "/stream/resend"));
    }
}
