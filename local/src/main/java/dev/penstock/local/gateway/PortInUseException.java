package dev.penstock.local.gateway;

/** The port is taken. The message is one line for the user: which port, which option changes it. */
public final class PortInUseException extends RuntimeException {
    public PortInUseException(int port, String option, Throwable cause) {
        super("port " + port + " is in use; choose another with " + option + " PORT", cause);
    }
}
