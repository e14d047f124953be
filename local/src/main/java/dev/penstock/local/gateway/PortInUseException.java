package dev.penstock.local.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** The port is taken. The message is one line for the user: which port, which option changes it. */
public final class PortInUseException extends RuntimeException {
    /**
     * Looks whether a port of this machine is free, for what is opened later, or by a request that could not say it so
     * well.
     *
     * @param port 0 is always free
     * @throws PortInUseException when it is taken
     */
    public static void check(int port, String option) {
        if (port != 0) {
            try (var probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                throw new PortInUseException(port, option, e);
            }
        }
    }

    public PortInUseException(int port, String option, Throwable cause) {
        super("port " + port + " is in use; choose another with " + option + " PORT", cause);
    }
}
