package dev.penstock.local.dax;

import dev.penstock.local.dax.DaxErrors.AuthFault;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: reads a request, writes its answer, until either side closes. Runs on a thread of its own;
 * {@link #closeIfOverdue} is for other threads.
 */
final class Connection implements Runnable {
    private static final System.Logger LOG = System.getLogger(Connection.class.getName());
    static final String MAGIC = "J7yne5G";
    private static final int PREAMBLE_ITEMS = 5;
    private static final int SERVICE = 1;
    private static final int FRAME_HEADER = 8;
    private static final int END_OF_MESSAGE = 1;
    /** Kept for the answers of an idle connection; what a larger answer takes counts against the server's memory. */
    private static final int KEPT_BUFFER = 512;
    /** What a connection takes of the heap while it is idle: its thread's stack, its socket, its buffers (MemoryTest). */
    static final int IDLE_BYTES = 6 * 1024;

    private static final long NEVER = Long.MAX_VALUE;

    private final Socket socket;
    private final Cluster cluster;
    private final RequestReader reader;
    private final CborWriter out = new CborWriter(KEPT_BUFFER);
    private volatile long deadline;
    private volatile boolean isIdle;
    private long authorizedUntil;
    private @Nullable AuthFault authFault = AuthFault.REQUIRED;

    Connection(Socket socket, Cluster cluster) throws IOException {
        this.socket = socket;
        this.cluster = cluster;
        this.reader =
                new RequestReader(socket.getInputStream(), cluster.limits().requestBytes(), cluster.memory());
        within(cluster.limits().transfer());
    }

    @Override
    public void run() {
        try (socket) {
            socket.setTcpNoDelay(true);
            if (socket instanceof SSLSocket secure) {
                secure.startHandshake();
            }
            serve();
        } catch (MalformedRequestException malformed) {
            LOG.log(System.Logger.Level.DEBUG, "closed a connection: {0}", malformed.getMessage());
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.TRACE, "a client left: {0}", gone.getMessage());
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "closed a connection", bug);
        } finally {
            reader.close();
        }
    }

    /** Closes a connection whose client is too slow or too long silent. */
    void closeIfOverdue(long nanoTime) {
        long until = deadline;
        if (until != NEVER && nanoTime - until > 0) {
            close();
        }
    }

    /** Whether it waits for its client's next request. */
    boolean isIdle() {
        return isIdle;
    }

    void close() {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            LOG.log(System.Logger.Level.TRACE, "closing: {0}", alreadyGone.getMessage());
        }
    }

    private void serve() throws IOException {
        Session session = preamble();
        OutputStream stream = socket.getOutputStream();
        while (true) {
            within(cluster.limits().idle());
            isIdle = true;
            if (!reader.await()) {
                return;
            }
            isIdle = false;
            within(cluster.limits().transfer());
            Method method = method(session, stream);
            CborReader arguments = reader.items(method.arguments());
            if (method == Method.AUTHORIZE_CONNECTION) {
                authorize(arguments);
                continue;
            }
            deadline = NEVER;
            long start = System.nanoTime();
            begin();
            boolean hit = false;
            if (isAuthorized()) {
                hit = cluster.dispatcher().answer(method, arguments, session, out);
            } else {
                writeAuthFault();
            }
            long answered = System.nanoTime();
            send(session, stream);
            if (hit) {
                cluster.metrics().hit(answered - start, System.nanoTime() - start);
            }
        }
    }

    private Session preamble() throws IOException {
        CborReader in = reader.items(PREAMBLE_ITEMS);
        if (!in.readText().equals(MAGIC)) {
            throw new MalformedRequestException("not a DAX client");
        }
        boolean framed = in.readInt() > 0;
        in.skip();
        String userAgent = "";
        int headers = in.readMap();
        for (int i = 0; in.more(headers, i); i++) {
            String name = in.readText();
            if (name.equals("UserAgent")) {
                userAgent = in.readText();
            } else {
                in.skip();
            }
        }
        return new Session(framed, userAgent, socket instanceof SSLSocket);
    }

    private Method method(Session session, OutputStream stream) throws IOException {
        CborReader head = reader.items(2);
        int service = head.readInt();
        int id = head.readInt();
        Method method = Method.of(id).orElse(null);
        if (service == SERVICE && method != null) {
            return method;
        }
        // How many arguments follow is not known, so nothing behind them can be read.
        begin();
        DaxErrors.write(
                DaxErrors.error(
                        "NotImplementedException",
                        501,
                        "DAX service " + service + " method " + id + " is not simulated by Penstock"),
                cluster.items(),
                out);
        send(session, stream);
        throw new MalformedRequestException("service " + service + " method " + id + " is unknown");
    }

    private void authorize(CborReader arguments) {
        String accessKeyId = arguments.readText();
        String signature = arguments.readText();
        String stringToSign = new String(arguments.readBytes(), StandardCharsets.UTF_8);
        authFault = cluster.authorizer().check(accessKeyId, signature, stringToSign);
        authorizedUntil = cluster.nanoTime() + Authorizer.LIFETIME.toNanos();
    }

    private boolean isAuthorized() {
        if (!cluster.authorizer().isRequired()) {
            return true;
        }
        if (authFault == null && cluster.nanoTime() - authorizedUntil > 0) {
            authFault = AuthFault.REQUIRED;
        }
        return authFault == null;
    }

    private void writeAuthFault() {
        AuthFault fault = authFault == null ? AuthFault.REQUIRED : authFault;
        String message = switch (fault) {
            case UNKNOWN -> "The access key id is not known to this DAX server.";
            case REQUIRED -> "The connection is not authorized, or its authorization is over.";
            case INVALID -> "The signature does not match, or the clocks differ by more than 5 minutes.";
        };
        DaxErrors.writeAuth(fault, message, out);
    }

    /** An empty answer with room for its frame's header. */
    private void begin() {
        out.reset(KEPT_BUFFER);
        for (int i = 0; i < FRAME_HEADER; i++) {
            out.raw(0);
        }
    }

    private void send(Session session, OutputStream stream) throws IOException {
        int held = out.array().length > KEPT_BUFFER ? out.array().length : 0;
        if (!cluster.memory().take(held)) {
            held = 0;
            begin();
            DaxErrors.write(
                    DaxErrors.error("ThrottlingException", 400, "Too many large answers wait for their clients."),
                    cluster.items(),
                    out);
        }
        try {
            within(cluster.limits().transfer());
            byte[] bytes = out.array();
            if (session.framed()) {
                int length = out.size();
                for (int i = 0; i < 4; i++) {
                    bytes[i] = (byte) (length >>> (24 - 8 * i));
                }
                bytes[4] = END_OF_MESSAGE;
                stream.write(bytes, 0, length);
            } else {
                stream.write(bytes, FRAME_HEADER, out.size() - FRAME_HEADER);
            }
        } finally {
            cluster.memory().giveBack(held);
            out.reset(KEPT_BUFFER);
        }
    }

    private void within(Duration time) {
        deadline = cluster.nanoTime() + time.toNanos();
    }
}
