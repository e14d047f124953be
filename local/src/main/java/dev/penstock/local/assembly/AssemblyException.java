package dev.penstock.local.assembly;

/** What is wrong with a cloud assembly or a template, in one sentence that says what to do. */
public final class AssemblyException extends RuntimeException {
    public AssemblyException(String message) {
        super(message);
    }

    public AssemblyException(String message, Throwable cause) {
        super(message, cause);
    }
}
