package dev.penstock.local.dax;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** One node: its two ports and the connections on them. It can be stopped and started again. Threadsafe. */
final class DaxNode implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DaxNode.class.getName());
    private static final int BACKLOG = 1024;

    private final int id;
    private final InetAddress address;
    private final Cluster cluster;
    private final @Nullable SSLContext tls;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final List<ServerSocket> listeners = new ArrayList<>();
    private volatile int port;
    private volatile int tlsPort;
    private volatile boolean live;

    /** @param tls null opens no TLS port */
    DaxNode(int id, InetAddress address, int port, int tlsPort, @Nullable SSLContext tls, Cluster cluster) {
        this.id = id;
        this.address = address;
        this.port = port;
        this.tlsPort = tlsPort;
        this.tls = tls;
        this.cluster = cluster;
    }

    int id() {
        return id;
    }

    InetAddress address() {
        return address;
    }

    /** The plain or the TLS port, which once chosen stays; 0 when there is none. */
    int port(boolean secure) {
        return secure ? (tls == null ? 0 : tlsPort) : port;
    }

    boolean isLive() {
        return live;
    }

    int connections() {
        return connections.size();
    }

    int idleConnections() {
        return (int) connections.stream().filter(Connection::isIdle).count();
    }

    synchronized void start() {
        if (live) {
            return;
        }
        try {
            port = listen(new ServerSocket(), port);
            if (tls != null) {
                tlsPort = listen(tls.getServerSocketFactory().createServerSocket(), tlsPort);
            }
            live = true;
        } catch (IOException e) {
            closeListeners();
            throw new UncheckedIOException(
                    "DAX node " + id + " can't listen on " + address + ", ports " + port + " and " + tlsPort + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private int listen(ServerSocket listener, int wanted) throws IOException {
        listeners.add(listener);
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(address, wanted), BACKLOG);
        Thread.ofPlatform()
                .daemon()
                .name("dax-" + id + "-" + listener.getLocalPort())
                .start(() -> accept(listener));
        return listener.getLocalPort();
    }

    private void accept(ServerSocket listener) {
        while (!listener.isClosed()) {
            try {
                welcome(listener.accept());
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    LOG.log(System.Logger.Level.WARNING, "accepting a DAX connection failed: {0}", e.getMessage());
                }
            }
        }
    }

    private void welcome(Socket socket) throws IOException {
        Connection connection = new Connection(socket, cluster);
        if (connections.size() >= cluster.limits().connections()
                || !cluster.memory().take(Connection.IDLE_BYTES)) {
            connection.close();
            return;
        }
        connections.add(connection);
        Thread.ofVirtual().name("dax-connection").start(() -> {
            try {
                connection.run();
            } finally {
                cluster.memory().giveBack(Connection.IDLE_BYTES);
                connections.remove(connection);
            }
        });
        if (!live) {
            connection.close();
        }
    }

    void closeOverdue(long nanoTime) {
        connections.forEach(connection -> connection.closeIfOverdue(nanoTime));
    }

    /** Closes the ports and every connection, as a node that fails does. */
    synchronized void stop() {
        live = false;
        closeListeners();
        connections.forEach(Connection::close);
    }

    private void closeListeners() {
        for (ServerSocket listener : listeners) {
            try {
                listener.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "closing port " + listener.getLocalPort(), e);
            }
        }
        listeners.clear();
    }

    @Override
    public void close() {
        stop();
    }
}
