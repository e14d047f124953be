package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.local.functions.Invocation;
import dev.penstock.local.sources.Faults.Fault;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultInjectionTest {
    @ParameterizedTest
    @CsvSource({
        "NONE,          1, 0, Success",
        "THROTTLE,      0, 0, Throttled",
        "CRASH_BEFORE,  0, 1, FunctionError",
        "CRASH_AFTER,   1, 1, FunctionError",
        "TIMEOUT_AFTER, 1, 1, FunctionError",
        "DUPLICATE,     2, 0, Success"
    })
    void eachFaultReachesTheFunctionAsOftenAsItSays(Fault fault, int invoked, int killed, String outcome)
            throws Exception {
        List<String> invocations = new ArrayList<>();
        List<String> kills = new ArrayList<>();
        Invoker invoker = new FaultInjection(
                (arn, event) -> {
                    invocations.add(arn);
                    return Harness.success("null");
                },
                arn -> fault,
                kills::add);
        Invocation result = invoker.invoke(Harness.FUNCTION, new byte[0]);
        assertEquals(invoked, invocations.size());
        assertEquals(killed, kills.size());
        assertEquals(outcome, result.getClass().getSimpleName());
        if (fault == Fault.TIMEOUT_AFTER) {
            assertEquals(
                    true,
                    assertInstanceOf(Invocation.FunctionError.class, result).timedOut());
        }
    }

    @Test
    void orderedFaultsBefallTheNextInvocationsOfTheirFunction() {
        QueuedFaults faults = new QueuedFaults();
        faults.add("projector", Fault.CRASH_AFTER, 2);
        faults.add("", Fault.THROTTLE, 1);
        assertEquals(Fault.THROTTLE, faults.next(Harness.FUNCTION.replace("projector", "welcome")));
        assertEquals(Fault.NONE, faults.next(Harness.FUNCTION.replace("projector", "welcome")));
        assertEquals(Fault.CRASH_AFTER, faults.next(Harness.FUNCTION));
        assertEquals(1, faults.waiting());
        assertEquals(Fault.CRASH_AFTER, faults.next(Harness.FUNCTION));
        assertEquals(Fault.NONE, faults.next(Harness.FUNCTION));
        assertThrows(IllegalArgumentException.class, () -> faults.add("", Fault.THROTTLE, 0));
    }
}
