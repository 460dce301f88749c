package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.sandbox.fault.FaultEvent;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

        // The last second of the loop is told of without another fault.
        await().atMost(Duration.ofSeconds(60)).until(() -> struck() == 10_000);
        // The loop may last longer than a second, but not longer than ten.
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSizeBetween(21, 200)
                .first()
                .isEqualTo("{\"fault\":\"error INTERNAL\",\"call\":\"SendStatus\",\"client\":\"c-1\"}");
    }

    @Test
    void theEndTellsOfWhatWasLeftOut() {
        for (int count = 0; count < 1000; count++) {
            lines.accept(new FaultEvent(Instant.EPOCH, true, "error INTERNAL", "SendStatus", "c-1"));
        }
        lines.close();

        assertThat(struck()).isEqualTo(1000);
    }

    /** How many faults the lines tell of, with those that they say were left out. */
    private long struck() {
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .mapToLong(line -> (line.contains("\"fault\"") ? 1 : 0) + leftOut(line))
                .sum();
    }

    private static long leftOut(String line) {
        Matcher matcher = Pattern.compile("\"left_out\":(\\d+)").matcher(line);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
