package dev.penstock.local.dax;

/** Bytes that are no DAX request: the connection can't be read any further and is closed. */
final class MalformedRequestException extends RuntimeException {
    MalformedRequestException(String message) {
        super(message);
    }
}
