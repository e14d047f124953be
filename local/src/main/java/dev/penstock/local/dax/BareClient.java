package dev.penstock.local.dax;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** A client of bare bytes: a connection costs nothing but itself. */
final class BareClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int FRAME_HEADER = 8;

    private final Socket socket;
    private final DataInputStream in;

    BareClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        CborWriter preamble = new CborWriter().text(Connection.MAGIC).integer(1).nul();
        preamble.map(1).text("UserAgent").text("Penstock").integer(0);
        socket.getOutputStream().write(preamble.toByteArray());
    }

    /** Sends a request and passes over the answer, which the server sends in one frame. */
    void call(CborWriter request) throws IOException {
        socket.getOutputStream().write(request.toByteArray());
        int length = in.readInt();
        in.skipNBytes(length - FRAME_HEADER + Integer.BYTES);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
