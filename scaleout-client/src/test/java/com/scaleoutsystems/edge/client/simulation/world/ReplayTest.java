package com.scaleoutsystems.edge.client.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A seed and its faults decide all that happens in a day. */
class ReplayTest {

    @ParameterizedTest
    @ValueSource(longs = {3, 7, 20_260_101})
    void aDayHappensTheSameWayAgain(long seed) {
        QuietLogs.during(() -> {
            List<Fault> faults = FaultPlan.of(seed);
            List<String> first = SimulatedDay.record(seed, faults).log();

            assertThat(first).hasSizeGreaterThan(10_000);
            assertThat(SimulatedDay.record(seed, faults).log()).isEqualTo(first);
            assertThat(SimulatedDay.record(seed + 1, faults).log()).isNotEqualTo(first);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 7})
    void recordingADayChangesNothing(long seed) {
        QuietLogs.during(() -> {
            List<Fault> faults = FaultPlan.of(seed);

            assertThat(SimulatedDay.run(seed, faults).steps())
                    .isEqualTo(SimulatedDay.record(seed, faults).steps());
        });
    }
}
