package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;

class StartingPositionTest {
    private static Harness latest(Harness harness) {
        harness.restart(settings -> settings.uuid("latest")
                .startingPosition(EventSourcePosition.LATEST)
                .batchSize(1));
        return harness;
    }

    @Test
    void trimHorizonReadsAllThereIs() {
        Harness harness = new Harness(settings -> settings.batchSize(1));
        harness.stream.insert("before");
        harness.stream.split();
        harness.stream.insert("after");
        harness.run();
        assertEquals(List.of(List.of("before"), List.of("after")), harness.batches());
    }

    @Test
    void latestReadsWhatIsWrittenFromNowOn() {
        Harness harness = new Harness();
        harness.stream.insert("before");
        latest(harness);
        harness.stream.insert("after");
        harness.run();
        assertEquals(List.of(List.of("after")), harness.batches());
    }

    @Test
    void latestSkipsClosedShardsButReadsTheirLaterChildrenFromTheirBeginning() {
        Harness harness = new Harness();
        harness.stream.insert("before");
        harness.stream.split();
        harness.stream.insert("before too");
        latest(harness);
        harness.stream.split();
        harness.stream.insert("after");
        harness.run();
        assertEquals(List.of(List.of("after")), harness.batches());
    }

    @Test
    void latestMeansTheSameAfterARestart() {
        Harness harness = latest(new Harness());
        harness.stream.insert("written while the mapping was down");
        harness.restart(settings -> {});
        harness.run();
        assertEquals(List.of(List.of("written while the mapping was down")), harness.batches());
    }
}
