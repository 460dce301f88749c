package com.scaleoutsystems.edge.client.simulation.world;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** What goes wrong in a day, decided before it begins. A day has three stretches of eight hours; in the last two of each nothing goes wrong. */
final class FaultPlan {

    /** How long a stretch is. */
    static final Duration STRETCH = Duration.ofHours(8);

    /** How many there are. */
    static final int STRETCHES = 3;

    /** When in a stretch nothing goes wrong any longer. */
    static final Duration WELL_FROM = Duration.ofHours(6);

    private static final int MOST_FAULTS = 7;

    private FaultPlan() {}

    /** The plan of a seed. */
    static List<Fault> of(long seed) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1);
        Fault.Kind[] kinds = Fault.Kind.values();
        List<Fault> faults = new ArrayList<>();
        for (int stretch = 0; stretch < STRETCHES; stretch++) {
            long begin = STRETCH.toSeconds() * stretch;
            int count = 1 + random.nextInt(MOST_FAULTS);
            long together = random.nextLong(WELL_FROM.toSeconds() - 600);
            for (int i = 0; i < count; i++) {
                // Faults that come together find more than those that come alone.
                boolean near = random.nextInt(3) == 0;
                long at = near ? together + random.nextLong(600) : random.nextLong(WELL_FROM.toSeconds());
                Fault.Kind kind = kinds[random.nextInt(kinds.length)];
                long longest = WELL_FROM.toSeconds() - at;
                long length = kind.lasts() ? Math.min(longest, length(random)) : 0;
                faults.add(new Fault(
                        kind,
                        Duration.ofSeconds(begin + at).plusMillis(random.nextInt(1000)),
                        Duration.ofSeconds(length),
                        1 + random.nextInt(kind.parameters())));
            }
        }
        faults.sort(Comparator.comparing(Fault::at));
        return List.copyOf(faults);
    }

    private static long length(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> 1 + random.nextLong(20);
            case 1 -> 20 + random.nextLong(160);
            case 2 -> 180 + random.nextLong(1_000);
            default -> 600 + random.nextLong(4_000);
        };
    }

    /** The plan for people, with the number of each fault. */
    static String text(List<Fault> faults) {
        return java.util.stream.IntStream.range(0, faults.size())
                .mapToObj(i -> "  " + i + ": " + faults.get(i))
                .collect(Collectors.joining("\n"));
    }
}
