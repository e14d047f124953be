package dev.penstock.local.sources;

import dev.penstock.local.functions.Invocation;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** An invoker on which the faults of {@link Faults} befall. */
public final class FaultInjection implements Invoker {
    private final Invoker invoker;
    private final Faults faults;
    private final Consumer<String> kill;

    /** @param kill ends the JVMs of the function with this ARN */
    public FaultInjection(Invoker invoker, Faults faults, Consumer<String> kill) {
        this.invoker = invoker;
        this.faults = faults;
        this.kill = kill;
    }

    @Override
    public Invocation invoke(String functionArn, byte[] event) throws InterruptedException {
        return switch (faults.next(functionArn)) {
            case NONE -> invoker.invoke(functionArn, event);
            case THROTTLE -> new Invocation.Throttled("injected fault");
            case CRASH_BEFORE -> crash(functionArn);
            case CRASH_AFTER -> {
                invoker.invoke(functionArn, event);
                yield crash(functionArn);
            }
            case TIMEOUT_AFTER -> {
                invoker.invoke(functionArn, event);
                kill.accept(functionArn);
                yield error(Invocation.FunctionError.TIMED_OUT, "Error: Task timed out (injected fault)");
            }
            case DUPLICATE -> {
                invoker.invoke(functionArn, event);
                yield invoker.invoke(functionArn, event);
            }
        };
    }

    private Invocation crash(String functionArn) {
        kill.accept(functionArn);
        return error("Runtime.ExitError", "Error: Runtime exited with error (injected fault)");
    }

    private static Invocation error(String type, String message) {
        String json = "{\"errorType\":\"" + type + "\",\"errorMessage\":\"" + message + "\"}";
        return new Invocation.FunctionError("injected", type, message, json.getBytes(StandardCharsets.UTF_8));
    }
}
