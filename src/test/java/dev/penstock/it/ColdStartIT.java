package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.functions.ColdStart;
import dev.penstock.local.functions.ColdStartBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The projector from its zip in the official runtime interface client: what a cold start loads. Times are in the bench. */
class ColdStartIT {
    private static final Path ZIP = Path.of("lambdas", "target", "penstock-function.zip");

    @Test
    void classesOfAColdStartAndOfTheFirstInvocationAfterPriming(@TempDir Path folder) throws IOException {
        try (var coldStart = new ColdStart(folder)) {
            var cold = coldStart.countClasses(ColdStartBench.projector(ZIP, false), ColdStartBench.event());
            var primed = coldStart.countClasses(ColdStartBench.projector(ZIP, true), ColdStartBench.event());
            System.out.printf(
                    "function zip %.1f MB; classes loaded: %,d cold, %d in the first invocation after priming%n",
                    Files.size(ZIP) / 1e6, cold.classes(), primed.classesOfInvocation());
            assertTrue(Files.size(ZIP) <= 10 << 20, "the function's zip is above 10 MB");
            assertTrue(cold.classes() <= 4_300, cold::toString);
            assertTrue(primed.classesOfInvocation() <= 50, primed::toString);
        }
    }
}
