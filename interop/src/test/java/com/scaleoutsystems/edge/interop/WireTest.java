package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.network.Generation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Led by the same combiner through the same tasks, the Java client sends what the reference client sends, except for
 * the differences that docs/servers.md lists. All messages are parsed by the reference's own code.
 */
@Tag("interop")
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WireTest {
    /** Differences that are wanted although no fault of the reference explains them; the page says why. */
    private static final Set<String> KEPT = Set.of(
            "idle poll poll_interval_ms",
            "SendHeartbeat memory_utilisation",
            "SendHeartbeat cpu_utilisation",
            "Announce Connect",
            "Announce Disconnect");

    private final String release;
    private final Generation generation;
    private final WireMode mode;
    private final String runName;
    private WireRun run;

    WireTest(String release, Generation generation, WireMode mode) {
        this.release = release;
        this.generation = generation;
        this.mode = mode;
        this.runName = mode.runName(generation == Generation.V1_0 ? "1.0" : "1.1");
    }

    @BeforeAll
    @Timeout(300)
    void runBothClients() {
        run = WireRun.of(release, generation, mode, runName);
    }

    Stream<String> scenarios() {
        Set<String> all = new TreeSet<>(run.reference().scenarios());
        all.addAll(run.ours().scenarios());
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void onlyListedDifferencesAreOnTheWireAndAllOfThem(String scenario) {
        Set<WireDifference> listed = WireDifference.listed(runName).stream()
                .map(WireDifference.Listed::difference)
                .filter(difference -> difference.scenario().equals(scenario))
                .collect(Collectors.toSet());
        assertThat(WireDifference.between(run, scenario)).containsExactlyInAnyOrderElementsOf(listed);
    }

    @Test
    void eachListedDifferenceNamesItsScenarioAndItsFault() {
        Set<String> faults = WireDifference.listedFaults();
        List<WireDifference.Listed> listed = WireDifference.listed(runName);
        assertThat(listed).isNotEmpty().doesNotHaveDuplicates();
        assertThat(listed).allSatisfy(row -> {
            assertThat(scenarios()).contains(row.difference().scenario());
            if (KEPT.contains(row.difference().place())) {
                assertThat(row.reason()).as(row.difference().toString()).hasSizeGreaterThan(20);
            } else {
                assertThat(row.reason()).as(row.difference().toString()).isIn(faults);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void whatBothSendComesInTheSameOrder(String scenario) {
        List<String> reference = run.reference().order(scenario);
        List<String> ours = run.ours().order(scenario);
        assertThat(inOrder(ours, reference)).isEqualTo(inOrder(reference, ours));
    }

    /** A report may come before or after the line that tells people the same. */
    private static List<String> inOrder(List<String> calls, List<String> others) {
        return calls.stream()
                .filter(call -> others.contains(call) && !call.equals(WireRecording.REPORT))
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void anEndIsToldOnlyAfterItsResult(String scenario) {
        List<String> order = run.ours().order(scenario);
        int end = order.indexOf(WireRecording.REPORT);
        for (String result : List.of("SendModelUpdate", "SendModelValidation", "SendModelPrediction")) {
            if (order.contains(result) && end >= 0) {
                assertThat(order.indexOf(result)).as(result).isLessThan(end);
            }
        }
    }

    @Test
    void theReferenceReadsEveryUploadedModel() {
        List<Map<String, String>> uploads = run.ours().scenarios().stream()
                .filter(scenario -> !scenario.equals(WireRecording.ALL_CALLS))
                .flatMap(scenario -> run.ours().calls(scenario).entrySet().stream())
                .filter(call -> call.getKey().startsWith("Upload"))
                .map(Map.Entry::getValue)
                .toList();
        assertThat(uploads)
                .isNotEmpty()
                .allSatisfy(upload -> assertThat(upload)
                        .containsEntry("checksum", "right")
                        .containsEntry("arrays[0].type", "float32")
                        .containsEntry("arrays[0].values[3]", "4"));
    }

    @Test
    void theFarewellIsTheLastCall() {
        assertThat(run.ours().order(WireRecording.CLIENT)).endsWith("Announce Disconnect");
        assertThat(run.ours().lastCall()).isEqualTo("Announce");
    }
}
