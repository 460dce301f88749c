package com.scaleoutsystems.edge.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/servers.md describes each fault of the reference client once, and names only tests that exist. */
class ServersPageTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern ROW = Pattern.compile("\\| `([a-z-]+)` \\|.*\\| ([^|]+) \\|");
    private static final Pattern SCENARIO =
            Pattern.compile("\\| [a-z][^|`]* \\|.*\\|.*\\| (`[a-z-]+`(, `[a-z-]+`)*) \\|");

    private static final List<String> FAULTS = List.of(
            "sender-dies-in-outage",
            "poll-resets-backoff",
            "failing-record-blocks-queue",
            "refusal-vanishes",
            "records-in-memory-only",
            "queue-dropped-at-close",
            "full-window-blocks-all",
            "reopened-stream-repeats-records",
            "success-before-answer",
            "legacy-telemetry-gaps",
            "redelivered-task-runs-again",
            "error-ends-client",
            "failure-reported-completed",
            "error-without-class",
            "download-before-check",
            "unlimited-threads",
            "running-tasks-cut-off",
            "endless-waits",
            "abort-on-one-thread",
            "completed-before-result",
            "custom-callback-input",
            "nan-in-json",
            "unknown-task-or-status",
            "loose-training-metadata",
            "no-deadlines",
            "too-many-pings",
            "no-other-combiner",
            "failure-closes-connection",
            "retries-after-close",
            "endless-transfer-retries",
            "separate-tls-settings",
            "network-fault-as-refusal",
            "token-callback-never-called",
            "token-settings-ignored",
            "old-token-wins",
            "expiry-by-local-clock",
            "bearer-none",
            "readable-secrets",
            "non-ascii-names",
            "malformed-expiry-claim",
            "repeated-model-writes",
            "optional-checksum",
            "repeated-downloads",
            "unbounded-model-cache",
            "unchecked-signatures",
            "checksum-mismatch-loops",
            "truncated-container-accepted",
            "named-parameters-lost",
            "unreadable-encodings",
            "failed-upload-announced",
            "unknown-encoding-refused",
            "weak-signature-digest",
            "package-path-escape",
            "dispatcher-deletes-model",
            "no-id-without-assignment",
            "wrong-environment-variables",
            "api-port-ignored",
            "refresh-token-of-file-dropped",
            "shared-archive-variable");

    private static List<String> page() throws IOException {
        return Files.readAllLines(ROOT.resolve("docs/servers.md"));
    }

    @Test
    void eachFaultHasItsRowAndEachRowATestOrAReason() throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String line : page()) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                String shownBy = row.group(2);
                assertThat(rows.put(row.group(1), shownBy))
                        .as("rows of %s", row.group(1))
                        .isNull();
                assertThat(shownBy).as(row.group(1)).matches("(`\\w+Test#\\w+`(, )?)+|not applicable: .+");
            }
        }
        assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(FAULTS);
    }

    @Test
    void eachScenarioThatEndsDifferentlyNamesAFaultOfThePage() throws IOException {
        List<String> named = page().stream()
                .map(SCENARIO::matcher)
                .filter(Matcher::matches)
                .flatMap(row -> Stream.of(row.group(1).replace("`", "").split(", ")))
                .toList();
        assertThat(named).hasSizeGreaterThan(20).isSubsetOf(FAULTS);
    }

    @Test
    void everyTestThatThePageNamesIsThere() throws IOException {
        assertThat(NamedTests.existIn(page())).isGreaterThan(80);
    }
}
