package dev.penstock.local.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ByteProgressTest {
    private final StringWriter text = new StringWriter();

    private ByteProgress progress(long total, boolean terminal) {
        return new ByteProgress("read", total, new PrintWriter(text), terminal);
    }

    @Test
    void aTerminalSeesEachPercentInOneLine() {
        ByteProgress progress = progress(4 << 20, true);
        for (int i = 0; i < 400; i++) {
            progress.accept((4 << 20) / 400);
        }
        progress.reached(4 << 20);
        String shown = text.toString();
        assertEquals(101, shown.chars().filter(c -> c == '\r').count());
        assertEquals(
                "100 % of 4.0 MB read",
                shown.substring(shown.lastIndexOf('\r') + 1).strip());
    }

    @Test
    void aLogSeesEachTenthOnce() {
        ByteProgress progress = progress(1_000_000, false);
        for (int i = 0; i < 1_000; i++) {
            progress.accept(1_000);
        }
        assertEquals(11, text.toString().lines().count());
        assertEquals(" 50 % of 1.0 MB read", text.toString().lines().toList().get(5));
        assertEquals("100 % of 1.0 MB read", text.toString().lines().toList().getLast());
    }

    @Test
    void withoutATotalMegabytesAreTold() {
        ByteProgress progress = progress(-1, false);
        for (int i = 0; i < 250; i++) {
            progress.accept(1 << 20);
        }
        assertEquals(
                "[0 MB read, 100 MB read, 200 MB read]",
                text.toString().lines().toList().toString());
    }

    @Test
    void nothingToDoIsDone() {
        progress(0, false).reached(0);
        assertEquals("100 % of 0.0 MB read", text.toString().strip());
    }
}
