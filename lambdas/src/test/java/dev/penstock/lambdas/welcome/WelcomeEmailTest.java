package dev.penstock.lambdas.welcome;

import static dev.penstock.lambdas.item.Value.string;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.testing.Engine;
import dev.penstock.lambdas.testing.FaultyClient;
import dev.penstock.lambdas.testing.StreamedTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** One customer, one mail: whatever is delivered again, throttled, refused or lost on the way. */
class WelcomeEmailTest {
    private static final Table CUSTOMERS = Storefront.catalog().table("Customers");
    private static final Instant CREATED = Instant.parse("2026-11-22T10:00:00Z");

    private final Engine engine = new Engine(Storefront.catalog());
    private final List<String> mails = new ArrayList<>();
    private final Deque<Mailer.Sent> answers = new ArrayDeque<>();
    private final List<String> poison = new ArrayList<>();
    private Instant now = CREATED;
    private final Claims claims = new Claims(client(), "WelcomeEmailClaims", "WelcomeEmail", () -> now);
    private final WelcomeEmailHandler handler = handler((customer, message, claim) -> {
        mails.add(customer.email() + "|" + claim);
        return answers.isEmpty() ? new Mailer.Sent.Accepted("m" + mails.size()) : answers.pop();
    });
    private int sequence = 1_000;

    /** What the claims are made with; called before any test. */
    DynamoDbClient client() {
        return engine.client();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void eachNewCustomerGetsOneMail() {
        deliver(signUp("c1"), signUp("c2"));
        assertEquals(2, mails.size());
    }

    @Test
    void redeliveryMailsNobodyTwice() {
        DynamodbStreamRecord record = signUp("c1");
        deliver(record);
        deliver(record, signUp("c2"));
        assertEquals(2, mails.size());
    }

    @Test
    void eachItemBelongsToTheRegionWhoseTurnItWasWhenItWasCreated() {
        Instant change = CREATED.plusSeconds(1);
        ActiveWindows before = ActiveWindows.of(new Environment(Map.of(Environment.ACTIVE_WINDOWS, "/" + change)));
        ActiveWindows after = ActiveWindows.of(
                new Environment(Map.of(Environment.ACTIVE_WINDOWS, "/2026-01-01T00:00:00Z," + change + "/")));
        List<String> here = new ArrayList<>();
        List<String> there = new ArrayList<>();
        WelcomeEmailHandler first = handler((customer, message, claim) -> sent(here, customer), before);
        // The other region has claims of its own: only the turns keep a customer from being written to twice.
        WelcomeEmailHandler second = new WelcomeEmailHandler(
                new Claims(engine.client(), "WelcomeEmailClaims", "ThereEmail", () -> now),
                (customer, message, claim) -> sent(there, customer),
                unpaced(),
                after,
                (record, reason) -> poison.add(reason),
                Telemetry.silent());
        for (String created : List.of(
                CREATED.toString(), change.toString(), change.plusSeconds(1).toString())) {
            DynamodbStreamRecord record = record(customer("c" + created, created), "INSERT");
            for (WelcomeEmailHandler region : List.of(first, second, first, second)) {
                region.handleRequest(event(record), null);
            }
        }
        assertEquals(1, here.size(), "created before the change");
        assertEquals(2, there.size(), "created at the change and after");
    }

    private static Mailer.Sent sent(List<String> mails, Decision.Customer customer) {
        mails.add(customer.id());
        return new Mailer.Sent.Accepted("m");
    }

    @Test
    void crashInsideTheSendIsReportedNotGuessed() {
        DynamodbStreamRecord record = signUp("c1");
        WelcomeEmailHandler crashing = handler((customer, message, claim) -> {
            mails.add(claim);
            throw new FaultyClient.Crash();
        });
        assertThrows(FaultyClient.Crash.class, () -> crashing.handleRequest(event(record), null));
        deliver(record);
        assertEquals(1, mails.size());
        now = CREATED.plus(Duration.ofHours(1));
        assertEquals(1, claims.unconfirmed(Duration.ofMinutes(30)).size());
    }

    @Test
    void sendEventConfirmsTheClaim() {
        deliver(signUp("c1"));
        now = CREATED.plus(Duration.ofHours(1));
        assertEquals(1, claims.unconfirmed(Duration.ofMinutes(30)).size());
        String claim = mails.getFirst().split("\\|", -1)[1];
        SendEventHandler events = new SendEventHandler(engine.client(), new TableNames(""));
        assertEquals("SENT", events.handleRequest(sendEvent("Send", claim), null));
        assertEquals(List.of(), claims.unconfirmed(Duration.ofMinutes(30)));
    }

    @Test
    void otherEventsAreIgnored() {
        SendEventHandler events = new SendEventHandler(engine.client(), new TableNames(""));
        assertEquals("IGNORED", events.handleRequest(sendEvent("Bounce", "x"), null));
        assertEquals("IGNORED", events.handleRequest(Map.of(), null));
    }

    @Test
    void throttledMailIsTriedAgainFromThereOn() {
        DynamodbStreamRecord first = signUp("c1");
        DynamodbStreamRecord second = signUp("c2");
        answers.add(new Mailer.Sent.NotNow("TooManyRequestsException"));
        StreamsEventResponse response = deliver(first, second);
        assertEquals(
                first.getDynamodb().getSequenceNumber(),
                response.getBatchItemFailures().getFirst().getItemIdentifier());
        assertEquals(1, mails.size());
        deliver(first, second);
        assertEquals(3, mails.size());
    }

    @Test
    void mailWithoutClearAnswerIsNotRepeated() {
        DynamodbStreamRecord record = signUp("c1");
        answers.add(new Mailer.Sent.Unknown("no answer"));
        assertTrue(deliver(record).getBatchItemFailures().isEmpty());
        deliver(record);
        assertEquals(1, mails.size());
    }

    @Test
    void refusedAddressIsDivertedAndDoesNotBlock() {
        answers.add(new Mailer.Sent.Never("MessageRejected"));
        assertTrue(deliver(signUp("c1"), signUp("c2")).getBatchItemFailures().isEmpty());
        assertEquals(2, mails.size());
        assertEquals(1, poison.size());
    }

    /** As in the sandbox, before the address was verified or production access was granted. */
    @Test
    void refusedMailIsSentOnceByARedriveWhenSesTakesIt() {
        DynamodbStreamRecord record = signUp("c1");
        answers.add(new Mailer.Sent.Never("MessageRejected"));
        deliver(record);
        now = CREATED.plus(Duration.ofHours(1));
        assertEquals(
                List.of(Claims.State.REFUSED),
                claims.unconfirmed(Duration.ofMinutes(30)).stream()
                        .map(Claims.Claim::state)
                        .toList());
        answers.add(new Mailer.Sent.Never("MessageRejected"));
        assertTrue(deliver(record).getBatchItemFailures().isEmpty(), "refused again, it holds nothing up");
        assertEquals(2, poison.size(), "and stays in the failure bucket");
        deliver(record);
        deliver(record);
        assertEquals(3, mails.size());
        assertEquals(2, poison.size());
        assertEquals(Claims.State.ACCEPTED, claims.state(claims.key("c1")).orElseThrow());
    }

    @Test
    void importedAndRestoredCustomersGetNoMail() {
        deliver(record(customer("c1", "2026-11-20T10:00:00Z"), "INSERT"));
        assertEquals(List.of(), mails);
    }

    @Test
    void changedAndDeletedCustomersGetNoMail() {
        deliver(record(customer("c1", CREATED.toString()), "MODIFY"));
        assertEquals(List.of(), mails);
    }

    @Test
    void customerWithoutAddressGetsNoMailAndUnusableOneIsDiverted() {
        Map<String, Value> without = new HashMap<>(customer("c1", CREATED.toString()));
        without.remove("email");
        Map<String, Value> unusable = new HashMap<>(customer("c2", CREATED.toString()));
        unusable.put("email", string("a@b,c@d"));
        deliver(record(without, "INSERT"), record(unusable, "INSERT"));
        assertEquals(List.of(), mails);
        assertEquals(List.of("attribute email is no address"), poison);
    }

    @Test
    void claimsHoldNoPersonalData() {
        deliver(signUp("c1"));
        String row = engine.client()
                .scan(request -> request.tableName("WelcomeEmailClaims"))
                .items()
                .toString();
        assertFalse(row.contains("c1@example.com"), row);
        assertFalse(row.contains("S=c1"), row);
        assertTrue(row.contains("expiresAt"), row);
    }

    @Test
    void nameIsEscapedInHtmlOnly() {
        Message message = Message.to(new Decision.Customer("c1", "a@b", "<b>Ann & Bo</b>"));
        assertTrue(message.html().contains("Hello &lt;b&gt;Ann &amp; Bo&lt;/b&gt;,"), message.html());
        assertTrue(message.text().contains("Hello <b>Ann & Bo</b>,"), message.text());
    }

    @Test
    void mailsKeepThePace() {
        List<Long> waits = new ArrayList<>();
        long[] time = {0};
        Pace pace = new Pace(2, () -> time[0], wait -> {
            waits.add(wait);
            time[0] += wait;
        });
        pace.await();
        pace.await();
        pace.await();
        assertEquals(List.of(500_000_000L, 500_000_000L), waits);
    }

    private WelcomeEmailHandler handler(Mailer mailer) {
        return handler(mailer, ActiveWindows.ALWAYS);
    }

    private WelcomeEmailHandler handler(Mailer mailer, ActiveWindows active) {
        return new WelcomeEmailHandler(
                claims, mailer, unpaced(), active, (record, reason) -> poison.add(reason), Telemetry.silent());
    }

    private static Pace unpaced() {
        long[] time = {0};
        return new Pace(1, () -> time[0], wait -> time[0] += wait);
    }

    private StreamsEventResponse deliver(DynamodbStreamRecord... records) {
        return handler.handleRequest(event(records), null);
    }

    private static DynamodbEvent event(DynamodbStreamRecord... records) {
        DynamodbEvent event = new DynamodbEvent();
        event.setRecords(Arrays.asList(records));
        return event;
    }

    private DynamodbStreamRecord signUp(String id) {
        return record(customer(id, CREATED.toString()), "INSERT");
    }

    private DynamodbStreamRecord record(Map<String, Value> customer, String eventName) {
        return StreamedTable.record(
                CUSTOMERS,
                "2026-11-22T09:00:00.000",
                Integer.toString(sequence++),
                CREATED.plusSeconds(1),
                eventName.equals("INSERT") ? Map.of() : Map.of("customerId", string("before")),
                customer,
                false);
    }

    private static Map<String, Value> customer(String id, String createdAt) {
        return Map.of(
                "customerId", string(id),
                "email", string(id + "@example.com"),
                "name", string("Ann"),
                "createdAt", string(createdAt));
    }

    private static Map<String, Object> sendEvent(String type, String claim) {
        return Map.of(
                "source",
                "aws.ses",
                "detail",
                Map.of(
                        "eventType",
                        type,
                        "mail",
                        Map.of(
                                "messageId",
                                "m1",
                                "tags",
                                Map.of("claim", List.of(claim), "consumer", List.of("WelcomeEmail")))));
    }
}
