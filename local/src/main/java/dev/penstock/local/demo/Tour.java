package dev.penstock.local.demo;

import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.item.Value;
import dev.penstock.local.clients.Await;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.clients.Control;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Select;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The main job, step by step, with what can be read back after each: sign-ups and their mails, orders and usage events
 * and what is derived from them, sessions that expire into the archive.
 */
public final class Tour {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Clients clients;
    private final DynamoDbClient dynamoDb;
    private final S3Client s3;
    private final Control control;
    private final Size size;
    private final PrintStream out;
    private final StorefrontData data;
    private final Writer writer;
    private int mailsBefore;

    /** How much is generated, and from which seed. */
    public record Size(int customers, int orders, int events, int sessions, long seed) {

        /** @throws IllegalArgumentException when a count is below 1 or above 1,000,000 */
        public Size {
            for (int count : new int[] {customers, orders, events, sessions}) {
                if (count < 1 || count > 1_000_000) {
                    throw new IllegalArgumentException("counts must be 1 to 1000000; given: " + count);
                }
            }
        }
    }

    public Tour(Clients clients, Control control, Size size, PrintStream out) {
        this.clients = clients;
        this.dynamoDb = clients.of(DynamoDbClient.class);
        this.s3 = clients.of(S3Client.class);
        this.control = control;
        this.size = size;
        this.out = out;
        this.data = new StorefrontData(size.seed(), control.now(), size.customers());
        this.writer = new Writer(dynamoDb);
    }

    /** Customers sign up; each gets exactly one welcome mail. */
    public void signUps() {
        heading("1. Customers sign up; each gets one welcome mail");
        mailsBefore = control.mails().size();
        var customers = data.customers();
        if (dynamoDb.getItem(get -> get.tableName("Customers")
                        .key(Map.of(
                                "customerId",
                                Objects.requireNonNull(customers.getFirst().get("customerId")))))
                .hasItem()) {
            throw new IllegalStateException(
                    "seed " + size.seed() + " was played here before: give another with --seed, or start anew");
        }
        for (var customer : customers) {
            dynamoDb.putItem(put -> put.tableName("Customers").item(customer));
        }
        Await.until(
                LIMIT,
                size.customers() + " welcome mails",
                () -> control.mails().size() - mailsBefore >= size.customers());
        List<Control.Mail> mails =
                control.mails().subList(mailsBefore, control.mails().size());
        requireOneMailEach(mails);
        out.printf("  %d customers, %d mails to as many addresses; the first one:%n%n", size.customers(), mails.size());
        var mail = mails.getFirst();
        out.printf("    To:      %s%n    Subject: %s%n%n", String.join(", ", mail.to()), mail.subject());
        mail.text().lines().forEach(line -> out.println("    " + line));
    }

    /** Orders and usage events stream in; views and analytics fill. */
    public void ordersAndEvents() {
        heading("2. Orders and usage events stream in; views and analytics fill");
        List<Map<String, AttributeValue>> orders;
        try (var progress = new Progress(out, "orders", size.orders())) {
            orders = writer.write("Orders", size.orders(), data::order, progress);
        }
        try (var progress = new Progress(out, "status changes", size.orders() / 2)) {
            for (var order : orders.subList(0, size.orders() / 2)) {
                dynamoDb.updateItem(update -> update.tableName("Orders")
                        .key(Map.of("customerId", order.get("customerId"), "orderId", order.get("orderId")))
                        .updateExpression("SET #status = :status")
                        .expressionAttributeNames(Map.of("#status", "status"))
                        .expressionAttributeValues(Map.of(":status", AttributeValue.fromS(data.nextStatus()))));
                progress.add(1);
            }
        }
        try (var progress = new Progress(out, "usage events", size.events())) {
            writer.write("UsageEvents", size.events(), data::usageEvent, progress);
        }
        Await.until(
                LIMIT,
                "the projectors to catch up",
                () -> control.get("settled").path("settled").asBoolean());
        out.printf(
                "  in the views: %,d orders by status; counted: %,d usage events%n",
                count("OrdersByStatus"), counted("UsageByHour", "events"));
    }

    /** Shows what the derivative tables hold now. */
    public void readBack() {
        heading("3. Read back from the derivative tables");
        Map<String, Long> byStatus = new TreeMap<>();
        scan("OrdersByStatus").forEach(row -> byStatus.merge(text(row, "status"), 1L, Long::sum));
        out.println("  OrdersByStatus  " + byStatus);
        out.printf("  ProductSales    the best days of a product%n");
        best("ProductSales", "revenue", List.of("quantity", "revenue"));
        out.printf("  CustomerTotals  the best customers, by currency%n");
        best("CustomerTotals", "total", List.of("orders", "total"));
        out.printf("  UsageByHour     the busiest hours of a feature%n");
        best("UsageByHour", "events", List.of("events", "durationMs"));
    }

    /** What a replication keeps in another region, and what it leaves out. */
    public void secondRegion() {
        var replication = Storefront.catalog().replication("OrdersReplication");
        heading("4. Orders, masked, in region " + replication.region());
        try (var regions = new RegionClients(clients.endpoint())) {
            var there = regions.of(replication.region());
            long rows =
                    there
                            .scanPaginator(
                                    scan -> scan.tableName(replication.target()).consistentRead(true))
                            .items()
                            .stream()
                            .filter(row -> !row.containsKey(Replication.REMOVED))
                            .count();
            out.printf(
                    "  %,d orders in %s, %,d in %s there; one of them, here and there:%n",
                    count("Orders"), clients.region(), rows, replication.target());
            var here = dynamoDb.scan(scan -> scan.tableName("Orders").limit(1))
                    .items()
                    .getFirst();
            Map<String, AttributeValue> key =
                    Map.of("customerId", present(here, "customerId"), "orderId", present(here, "orderId"));
            show(here);
            show(there.getItem(get -> get.tableName(replication.target()).key(key))
                    .item());
        }
    }

    private void show(Map<String, AttributeValue> order) {
        out.printf(
                "    %s, %s, total %s, country %s%n",
                text(order, "orderId"),
                text(order, "status"),
                order.containsKey("total") ? order.get("total").n() : "-",
                order.containsKey("country") ? text(order, "country") : "-");
    }

    private static AttributeValue present(Map<String, AttributeValue> item, String name) {
        return Objects.requireNonNull(item.get(name));
    }

    /** Recomputes everything; 0 differences is the only right answer. */
    public void verify() {
        heading("5. Recompute every view, aggregate and replicated table from its source, and compare");
        var differences = new Verification(clients, control).run(table -> out.println("  " + table));
        differences.stream().limit(10).forEach(difference -> out.println("  " + difference));
        out.println("  " + differences.size() + " differences");
        if (!differences.isEmpty()) {
            throw new IllegalStateException(differences.size() + " differences; 0 is the only right answer");
        }
    }

    /** Sessions expire when the clock moves; they are archived to S3 and gone from the table. */
    public void expiry() {
        heading("6. Sessions expire, are archived to S3, and are gone");
        Set<String> written;
        try (var progress = new Progress(out, "sessions", size.sessions())) {
            written = writer.write("Sessions", size.sessions(), data::session, progress).stream()
                    .map(session -> text(session, "sessionId"))
                    .collect(Collectors.toSet());
        }
        out.printf("  in the table: %,d sessions, archive: %,d objects%n", count("Sessions"), archived());
        out.printf("  clock moved from %s", control.now());
        out.printf(" to %s%n", control.advance(Duration.ofHours(3)));
        Await.until(LIMIT, "the expired sessions to leave the table", () -> count("Sessions") == 0);
        Await.until(
                LIMIT,
                "the expired sessions to be archived",
                () -> archivedSessions().containsAll(written));
        out.printf(
                "  in the table: %,d sessions, archive: %,d objects under %s, which hold all %,d%n",
                count("Sessions"), archived(), "expired/Sessions/", written.size());
        requireOneMailEach(control.mails().subList(mailsBefore, control.mails().size()));
        out.printf("  and still one mail for each of the %,d customers%n", size.customers());
    }

    private Set<String> archivedSessions() {
        Set<String> ids = new HashSet<>();
        new ArchivedItems(s3, ArchivedItems.BUCKET)
                .forEach(
                        Storefront.catalog().table("Sessions"),
                        session -> ids.add(session.get("sessionId") instanceof Value.S id ? id.value() : ""));
        return ids;
    }

    private void requireOneMailEach(List<Control.Mail> mails) {
        long recipients =
                mails.stream().flatMap(mail -> mail.to().stream()).distinct().count();
        if (mails.size() != size.customers() || recipients != size.customers()) {
            throw new IllegalStateException("expected one mail per customer, " + size.customers() + "; there are "
                    + mails.size() + " to " + recipients + " addresses");
        }
    }

    private int archived() {
        return s3.listObjectsV2(list -> list.bucket(ArchivedItems.BUCKET).prefix("expired/Sessions/"))
                .keyCount();
    }

    private void best(String table, String measure, List<String> shown) {
        scan(table).stream()
                .sorted(Comparator.comparingLong((Map<String, AttributeValue> row) -> number(row, measure))
                        .reversed())
                .limit(3)
                .forEach(row -> out.printf(
                        "    %-52s %s%n",
                        text(row, "group").replace("%23", "#"),
                        shown.stream()
                                .map(name -> name + " " + number(row, name))
                                .collect(Collectors.joining(", "))));
    }

    private long counted(String table, String measure) {
        return scan(table).stream().mapToLong(row -> number(row, measure)).sum();
    }

    private long count(String table) {
        return dynamoDb
                .scanPaginator(
                        scan -> scan.tableName(table).select(Select.COUNT).consistentRead(true))
                .stream()
                .mapToLong(page -> page.count())
                .sum();
    }

    private List<Map<String, AttributeValue>> scan(String table) {
        return dynamoDb.scanPaginator(scan -> scan.tableName(table).consistentRead(true)).items().stream()
                .toList();
    }

    private static String text(Map<String, AttributeValue> row, String name) {
        var value = row.get(name);
        return value == null || value.s() == null ? "" : value.s();
    }

    private static long number(Map<String, AttributeValue> row, String name) {
        var value = row.get(name);
        return value == null || value.n() == null ? 0 : new BigDecimal(value.n()).longValue();
    }

    private void heading(String text) {
        out.println();
        out.println(text);
    }
}
