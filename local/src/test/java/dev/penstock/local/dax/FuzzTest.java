package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests with changed, lost and foreign bytes: the connection ends or answers, and nothing of it remains. */
@Timeout(900)
class FuzzTest {
    private static final int CASES = 20_000;
    private static final int REQUESTS = 14;

    /** A socket whose client has sent all it will ever send. */
    private static final class Sent extends Socket {
        private final InputStream in;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private boolean closed;

        Sent(byte[] bytes) {
            in = new ByteArrayInputStream(bytes);
        }

        @Override
        public InputStream getInputStream() {
            return in;
        }

        @Override
        public OutputStream getOutputStream() {
            return out;
        }

        @Override
        public void setTcpNoDelay(boolean on) {}

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void mutatedRequestsEndCleanly() {
        AtomicReference<LogRecord> bug = new AtomicReference<>();
        Handler listener = new Handler() {
            @Override
            public void publish(LogRecord record) {
                if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
                    bug.compareAndSet(null, record);
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger("dev.penstock.local.dax");
        log.addHandler(listener);
        try (EmbeddedDynamo dynamo = new EmbeddedDynamo()) {
            DaxLimits limits = DaxLimits.defaults();
            Cluster cluster = cluster(dynamo, limits);
            long memory = cluster.memory().left();
            Tries.run(CASES, (random, i) -> {
                Sent socket = new Sent(mutated(random));
                connect(socket, cluster);
                assertTrue(socket.closed);
                if (bug.get() != null) {
                    throw new AssertionError(
                            "a failure that no one foresaw: " + bug.get().getMessage(),
                            bug.get().getThrown());
                }
                assertEquals(memory, cluster.memory().left());
            });
            Sent sane = new Sent(
                    concat(RawClient.preamble(true, CborWriter::nul), request(0).toByteArray()));
            connect(sane, cluster);
            assertTrue(sane.out.size() > 0, "it still answers");
        } finally {
            log.removeHandler(listener);
        }
    }

    private static void connect(Sent socket, Cluster cluster) {
        try {
            new Connection(socket, cluster).run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Cluster cluster(EmbeddedDynamo dynamo, DaxLimits limits) {
        DaxMetrics metrics = new DaxMetrics();
        Items items = new Items(new AttributeLists(1 << 20));
        items.lists().define(List.of("a", "b"));
        InstantSource clock = InstantSource.system();
        Duration ttl = Duration.ofMinutes(5);
        DaxState state = new DaxState(
                dynamo.client(),
                new KeySchemas(dynamo.client(), clock),
                items,
                new ItemCache(1 << 20, ttl, clock, metrics),
                new QueryCache(1 << 20, ttl, clock, metrics),
                metrics);
        return new Cluster(
                new Dispatcher(state, List::of, Runnable::run),
                items,
                metrics,
                new Authorizer(null, clock),
                limits,
                new MemoryBudget(limits.memory()),
                System::nanoTime);
    }

    private static byte[] mutated(SplittableRandom random) {
        byte[] preamble = RawClient.preamble(random.nextBoolean(), CborWriter::nul);
        byte[] requests = new byte[0];
        for (int i = random.nextInt(3); i >= 0; i--) {
            requests = concat(requests, request(random.nextInt(REQUESTS)).toByteArray());
        }
        boolean all = random.nextInt(4) == 0;
        byte[] bytes = all ? concat(preamble, requests) : requests;
        for (int i = random.nextInt(5); i >= 0 && bytes.length > 1; i--) {
            bytes = mutate(bytes, random);
        }
        return all ? bytes : concat(preamble, bytes);
    }

    private static byte[] mutate(byte[] bytes, SplittableRandom random) {
        byte[] changed = bytes.clone();
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(7)) {
            case 0 -> {
                changed[at] ^= (byte) (1 << random.nextInt(8));
                yield changed;
            }
            case 1 -> {
                changed[at] = (byte) random.nextInt(256);
                yield changed;
            }
            case 2 -> Arrays.copyOf(bytes, at);
            case 3 ->
                concat(
                        Arrays.copyOf(bytes, at),
                        Arrays.copyOfRange(bytes, Math.min(at + 1 + random.nextInt(4), bytes.length), bytes.length));
            case 4 -> {
                byte[] foreign = new byte[1 + random.nextInt(8)];
                random.nextBytes(foreign);
                yield concat(concat(Arrays.copyOf(bytes, at), foreign), Arrays.copyOfRange(bytes, at, bytes.length));
            }
            case 5 -> concat(bytes, Arrays.copyOfRange(bytes, at, bytes.length));
            default -> {
                changed[at] = (byte) List.of(0xff, 0xbf, 0x9f, 0x5f, 0x7f, 0x5b, 0x1b, 0x9b, 0xbb, 0xc2, 0xd9, 0xf6)
                        .get(random.nextInt(12))
                        .intValue();
                yield changed;
            }
        };
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** A sound request of each kind. */
    private static CborWriter request(int kind) {
        CborWriter key = new CborWriter();
        key.text("c");
        LexDecimal.write(new BigDecimal("12.5"), key);
        CborWriter condition = new CborWriter().array(3).integer(1).array(3).integer(0);
        condition
                .array(2)
                .integer(18)
                .text("customerId")
                .array(2)
                .integer(17)
                .integer(0)
                .array(1)
                .text("c");
        CborWriter update =
                new CborWriter().array(3).integer(1).array(1).array(3).integer(19);
        update.array(2)
                .integer(18)
                .text("a")
                .array(2)
                .integer(17)
                .integer(0)
                .array(1)
                .integer(7);
        CborWriter projection =
                new CborWriter().array(2).integer(1).array(1).array(4).integer(18);
        projection.text("a").tag(Cbor.TAG_LIST_INDEX).integer(0).text("b");
        CborWriter item = new CborWriter()
                .integer(new AttributeLists(100).define(List.of("a", "b")).id());
        item.array(2)
                .text("x")
                .map(1)
                .text("y")
                .nul()
                .tag(Cbor.TAG_NUMBER_SET)
                .array(1)
                .integer(5);
        return switch (kind) {
            case 0 -> RawClient.request(Method.ENDPOINTS);
            case 1 -> RawClient.bytes(RawClient.request(Method.DEFINE_KEY_SCHEMA), "Orders");
            case 2 ->
                RawClient.request(Method.DEFINE_ATTRIBUTE_LIST_ID)
                        .tag(3321)
                        .array(2)
                        .text("a")
                        .text("b");
            case 3 -> RawClient.request(Method.DEFINE_ATTRIBUTE_LIST).integer(1);
            case 4 ->
                onOrders(Method.GET_ITEM, key)
                        .raw(0xbf)
                        .integer(0)
                        .bytes(projection)
                        .integer(2)
                        .bool(true)
                        .raw(0xff);
            case 5 ->
                onOrders(Method.PUT_ITEM, key)
                        .bytes(item)
                        .raw(0xbf)
                        .integer(7)
                        .integer(2)
                        .raw(0xff);
            case 6 ->
                onOrders(Method.DELETE_ITEM, key)
                        .raw(0xbf)
                        .integer(4)
                        .bytes(condition)
                        .raw(0xff);
            case 7 ->
                onOrders(Method.UPDATE_ITEM, key)
                        .raw(0xbf)
                        .integer(8)
                        .bytes(update)
                        .integer(7)
                        .integer(5)
                        .raw(0xff);
            case 8 ->
                onOrders(Method.QUERY, condition)
                        .raw(0xbf)
                        .integer(13)
                        .integer(3)
                        .integer(0)
                        .bytes(projection)
                        .raw(0xff);
            case 9 ->
                RawClient.bytes(RawClient.request(Method.SCAN), "Orders")
                        .raw(0xbf)
                        .integer(10)
                        .bytes(condition)
                        .raw(0xff);
            case 10 ->
                RawClient.request(Method.BATCH_GET_ITEM)
                        .map(1)
                        .text("Orders")
                        .array(3)
                        .bool(false)
                        .nul()
                        .array(1)
                        .bytes(key)
                        .nul();
            case 11 ->
                RawClient.request(Method.BATCH_WRITE_ITEM)
                        .map(1)
                        .text("Orders")
                        .array(4)
                        .bytes(key)
                        .bytes(item)
                        .bytes(key)
                        .nul()
                        .nul();
            case 12 ->
                columns(Method.TRANSACT_GET_ITEMS, key)
                        .array(1)
                        .bytes(projection)
                        .nul();
            default -> transactWrite(key, item, condition);
        };
    }

    private static CborWriter onOrders(Method method, CborWriter second) {
        return RawClient.bytes(RawClient.request(method), "Orders").bytes(second);
    }

    private static CborWriter columns(Method method, CborWriter key) {
        return RawClient.bytes(RawClient.request(method).array(1), "Orders")
                .array(1)
                .bytes(key);
    }

    private static CborWriter transactWrite(CborWriter key, CborWriter item, CborWriter condition) {
        CborWriter out = RawClient.request(Method.TRANSACT_WRITE_ITEMS)
                .array(1)
                .integer(2)
                .array(1);
        RawClient.bytes(out, "Orders").array(1).bytes(key).array(1).bytes(item).nul();
        return out.array(1).integer(2).array(1).bytes(condition).nul().nul();
    }
}
