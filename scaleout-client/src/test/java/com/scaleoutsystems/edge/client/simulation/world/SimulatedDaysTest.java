package com.scaleoutsystems.edge.client.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Simulated days of the whole client, each with the faults of its seed. */
@Tag("once")
class SimulatedDaysTest {

    /** How many days CI lives through. */
    private static final long DAYS = 500;

    /** The days that fail, with what does not hold. */
    private final Map<Long, String> failed = new TreeMap<>();

    /** The story of the first such day for each invariant. */
    private final Map<String, String> stories = new LinkedHashMap<>();

    private long steps;

    @Test
    void whateverGoesWrongInADayAllInvariantsHold() {
        boolean one = System.getProperty("simulation.seed") != null;
        long first = Long.getLong("simulation.seed", 1);
        long count = Long.getLong("simulation.seeds", one ? 1 : DAYS);
        long begin = processorTime();

        QuietLogs.during(() -> {
            for (long seed = first; seed < first + count; seed++) {
                live(seed);
            }
        });

        System.out.printf(
                "%d simulated days in %.1f s of processor time, %d steps a day%n",
                count, (processorTime() - begin) / 1e9, steps / count);
        assertThat(failed)
                .as(() -> "days on which something does not hold\n" + String.join("\n\n", stories.values()))
                .isEmpty();
    }

    private void live(long seed) {
        List<Fault> faults = Replay.faults(seed);
        SimulatedDay.Result day = SimulatedDay.run(seed, faults);
        steps += day.steps();
        Optional<Checks.Violation> violation = day.violation();
        violation.ifPresent(found -> {
            failed.put(seed, found.invariant());
            if (!stories.containsKey(found.invariant())) {
                stories.put(found.invariant(), Replay.story(seed, faults, found));
            }
        });
    }

    private static long processorTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
