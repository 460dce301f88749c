package com.scaleoutsystems.edge.client.simulation.world;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Tells the story of a day on which something did not hold, with the fewest faults that lead to it. */
final class Replay {

    /** How many lines of a story are shown: its last ones. */
    private static final int LINES = 60;

    private Replay() {}

    /** The faults of a seed: all, or those that {@code -Dsimulation.faults=3,7} chooses. */
    static List<Fault> faults(long seed) {
        List<Fault> all = FaultPlan.of(seed);
        String chosen = System.getProperty("simulation.faults");
        if (chosen == null) {
            return all;
        }
        return Stream.of(chosen.split(","))
                .filter(number -> !number.isBlank())
                .map(number -> all.get(Integer.parseInt(number.trim())))
                .toList();
    }

    /** What the test says of such a day. */
    static String story(long seed, List<Fault> faults, Checks.Violation violation) {
        List<Fault> fewest = Shrinker.fewest(
                faults,
                some -> SimulatedDay.run(seed, some)
                        .violation()
                        .filter(other -> other.invariant().equals(violation.invariant()))
                        .isPresent());
        SimulatedDay.Result day = SimulatedDay.record(seed, fewest);
        List<Fault> plan = FaultPlan.of(seed);
        List<String> numbers = new ArrayList<>();
        fewest.forEach(fault -> numbers.add(String.valueOf(plan.indexOf(fault))));
        List<String> story = day.story();
        return "seed " + seed + ": " + day.violation().orElse(violation).getMessage() + "\nThe fewest of its "
                + plan.size() + " faults that lead to it:\n" + FaultPlan.text(fewest)
                + "\nThe story:\n  "
                + String.join("\n  ", story.subList(Math.max(0, story.size() - LINES), story.size()))
                + "\nOnce more: -Dtest=SimulatedDaysTest -Dsimulation.seed=" + seed + " -Dsimulation.faults="
                + String.join(",", numbers);
    }
}
