package dev.penstock.local.dax;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A DAX client of bare bytes, for what no real client would send. */
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;
    private final Socket socket;
    private final boolean framed;

    RawClient(int port) throws IOException {
        this(port, true, CborWriter::nul);
    }

    RawClient(int port, boolean framed, Consumer<CborWriter> session) throws IOException {
        this.framed = framed;
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        send(preamble(framed, session));
    }

    static byte[] preamble(boolean framed, Consumer<CborWriter> session) {
        CborWriter out = new CborWriter().text("J7yne5G").integer(framed ? 1 : 0);
        session.accept(out);
        return out.map(1).text("UserAgent").text("RawClient-1").integer(0).toByteArray();
    }

    static CborWriter request(Method method) {
        return new CborWriter().integer(1).integer(method.id());
    }

    static CborWriter bytes(CborWriter out, String name) {
        return out.bytes(name.getBytes(StandardCharsets.UTF_8));
    }

    static CborWriter getItem(String id) {
        return bytes(bytes(request(Method.GET_ITEM), EmbeddedDynamo.SESSIONS), id)
                .nul();
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void send(CborWriter request) throws IOException {
        send(request.toByteArray());
    }

    /** Sends a request and reads one framed answer, or what a layering of 0 gives with one read. */
    CborReader call(CborWriter request) throws IOException {
        send(request);
        return new CborReader(answer());
    }

    byte[] answer() throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        if (!framed) {
            byte[] buffer = new byte[64 * 1024];
            int read = in.read(buffer);
            if (read < 0) {
                throw new EOFException();
            }
            return Arrays.copyOf(buffer, read);
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        while (true) {
            int length = in.readInt();
            int flags = in.readInt() >>> 24;
            message.write(in.readNBytes(length - 8));
            if ((flags & 1) == 1) {
                return message.toByteArray();
            }
        }
    }

    /** True when the server has closed the connection, or closes it before the time is over. */
    boolean isClosedByServer() throws IOException {
        try {
            while (socket.getInputStream().read(new byte[8192]) >= 0) {
                // what was still on its way
            }
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    /** The codes of an error answer; empty for a success. */
    static int[] codes(CborReader answer) {
        int length = answer.readArray();
        int[] codes = new int[length];
        for (int i = 0; i < length; i++) {
            codes[i] = answer.readInt();
        }
        return codes;
    }

    static Map<String, AttributeValue> session(String id, String text) {
        return Map.of("id", AttributeValue.fromS(id), "text", AttributeValue.fromS(text));
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    void endOfInput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
