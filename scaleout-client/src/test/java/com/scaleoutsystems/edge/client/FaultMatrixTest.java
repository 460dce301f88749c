package com.scaleoutsystems.edge.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/faults.md has a row for each fault of each area, and each row names tests that exist. */
class FaultMatrixTest {

    private static final Pattern AREA = Pattern.compile("## (.+)");
    private static final Pattern ROW = Pattern.compile("\\| `([a-z-]+)` \\| ([^|]+) \\| ([^|]+) \\|");

    /** The faults of the protocol and of the machine, by what the client does when they come. */
    private static final Map<String, List<String>> FAULTS = Map.of(
            "Connecting",
            List.of(
                    "connection-refused",
                    "certificate-wrong",
                    "token-expired",
                    "credential-revoked",
                    "api-leaves-before-assignment",
                    "combiner-leaves-after-assignment",
                    "combiner-moves"),
            "Polls",
            List.of(
                    "error-code",
                    "unknown-poll",
                    "poll-stalls",
                    "task-comes-again",
                    "unknown-task-type",
                    "wish-for-ended-task"),
            "Tasks",
            List.of(
                    "throws-checked",
                    "throws-unchecked",
                    "throws-error",
                    "ignores-abort",
                    "blocks",
                    "returns-late",
                    "abort-before-start",
                    "abort-while-running",
                    "abort-after-end",
                    "call-fails"),
            "Reports",
            List.of("answer-lost", "poll-answer-lost", "record-refused"),
            "Downloads",
            List.of(
                    "short-chunks",
                    "chunks-reordered",
                    "download-truncated",
                    "wrong-digest",
                    "wrong-size",
                    "download-stalls",
                    "no-room-for-model",
                    "download-cancelled",
                    "model-changes-between-attempts",
                    "network-away"),
            "Uploads",
            List.of(
                    "server-takes-nothing",
                    "model-larger-than-heap",
                    "broken-off-at-chunk",
                    "file-cut-off-while-sending",
                    "file-changes-while-sending",
                    "pinned-model-damaged",
                    "too-large"),
            "The disk",
            List.of(
                    "crash-after-any-write",
                    "end-of-file-torn",
                    "byte-flipped",
                    "directory-not-writable",
                    "clock-jumps",
                    "disk-full",
                    "queue-full",
                    "oldest-dropped"),
            "Many waiting records",
            List.of("answers-slow", "rate-limited", "server-errors"),
            "Closing",
            List.of(
                    "while-connecting",
                    "while-polling",
                    "while-transferring",
                    "callback-ignores-all",
                    "twice",
                    "from-a-callback",
                    "interrupted"));

    private static List<String> page() throws IOException {
        return Files.readAllLines(Path.of("../docs/faults.md"));
    }

    @Test
    void eachFaultHasARowThatSaysWhatHappensAndNamesATest() throws IOException {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        String area = "";
        for (String line : page()) {
            Matcher heading = AREA.matcher(line);
            Matcher row = ROW.matcher(line);
            if (heading.matches()) {
                area = heading.group(1);
            } else if (row.matches()) {
                rows.computeIfAbsent(area, name -> new ArrayList<>()).add(row.group(1));
                assertThat(row.group(2)).as(row.group(1)).isNotBlank();
                assertThat(row.group(3)).as(row.group(1)).matches("`\\w+Test#\\w+`(, `\\w+Test#\\w+`)*");
            } else {
                assertThat(line).as("a line that looks like a row").doesNotStartWith("| `");
            }
        }
        assertThat(rows).isEqualTo(FAULTS);
    }

    @Test
    void everyTestThatThePageNamesIsThere() throws IOException {
        assertThat(NamedTests.existIn(page())).isGreaterThan(70);
    }
}
