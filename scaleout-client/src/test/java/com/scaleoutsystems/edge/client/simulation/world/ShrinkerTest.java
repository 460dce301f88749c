package com.scaleoutsystems.edge.client.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Delta debugging on numbers; {@code PlantedDaysTest} shrinks the faults of a real day. */
class ShrinkerTest {

    private static final List<Integer> ALL = IntStream.range(0, 40).boxed().toList();

    @Test
    void whatFailsTogetherIsFoundWhereverItStands() {
        assertThat(Shrinker.fewest(ALL, some -> some.containsAll(List.of(3, 21, 39))))
                .containsExactly(3, 21, 39);
        assertThat(Shrinker.fewest(ALL, some -> some.contains(0))).containsExactly(0);
    }

    @Test
    void whatFailsWithoutAnyNeedsNone() {
        assertThat(Shrinker.fewest(ALL, some -> true)).isEmpty();
    }

    @Test
    void noneOfTheRestCanBeLeftOut() {
        List<Integer> fewest = Shrinker.fewest(
                ALL, some -> some.stream().mapToInt(Integer::intValue).sum() >= 300);

        for (Integer one : fewest) {
            assertThat(fewest.stream()
                            .filter(other -> !other.equals(one))
                            .mapToInt(Integer::intValue)
                            .sum())
                    .isLessThan(300);
        }
    }

    @Test
    void whatNeedsAllKeepsAll() {
        assertThat(Shrinker.fewest(ALL, some -> some.size() == ALL.size())).isEqualTo(ALL);
    }
}
