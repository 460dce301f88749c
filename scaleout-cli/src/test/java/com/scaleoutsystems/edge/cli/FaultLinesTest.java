package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.sandbox.fault.FaultEvent;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FaultLinesTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final FaultLines lines = new FaultLines(new Console(
            new PrintStream(out, false, StandardCharsets.UTF_8),
            System.err,
            InputStream.nullInputStream(),
            Map.of(),
            new FakeProcess()));

    @Test
    void faultsThatStrikeAreLinesButFewInASecond() {
        lines.accept(new FaultEvent(Instant.EPOCH, false, "added 1", "", ""));
        for (int count = 0; count < 10_000; count++) {
            lines.accept(new FaultEvent(Instant.EPOCH, true, "error INTERNAL", "SendStatus", "c-1"));
        }

        // The loop may last longer than a second, but not longer than ten.
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSizeBetween(20, 200)
                .first()
                .isEqualTo("{\"fault\":\"error INTERNAL\",\"call\":\"SendStatus\",\"client\":\"c-1\"}");
    }
}
