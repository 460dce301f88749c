package com.scaleoutsystems.edge.client.simulation.world;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Simulated days for tests that load the client once more, with a bug in it. They know this class by its name. */
public final class SimulatedDays {

    private SimulatedDays() {}

    /**
     * Lives through days until something does not hold.
     *
     * @return the seed of that day and what did not hold, or null
     */
    public static @Nullable String firstFailure(long first, long count) {
        return QuietLogs.during(() -> firstFailureOf(first, count));
    }

    private static @Nullable String firstFailureOf(long first, long count) {
        for (long seed = first; seed < first + count; seed++) {
            Optional<Checks.Violation> violation =
                    SimulatedDay.run(seed, FaultPlan.of(seed)).violation();
            if (violation.isPresent()) {
                return seed + " " + violation.get().getMessage();
            }
        }
        return null;
    }

    /** The story of a day that fails, with the fewest faults that still make it fail. */
    public static String story(long seed) {
        List<Fault> faults = FaultPlan.of(seed);
        return Replay.story(
                seed, faults, SimulatedDay.run(seed, faults).violation().orElseThrow());
    }
}
