package com.scaleoutsystems.edge.client.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SequenceRangesTest {

    @Test
    void itIsASetInOrder() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            SequenceRanges ranges = new SequenceRanges();
            TreeSet<Long> expected = new TreeSet<>();
            for (int step = 0; step < 100; step++) {
                if (random.nextInt(5) > 0) {
                    long number = random.nextInt(60);
                    ranges.add(number);
                    expected.add(number);
                } else {
                    int most = random.nextInt(6);
                    List<Long> taken = ranges.take(most);
                    assertThat(taken)
                            .as("seed %d", seed)
                            .isEqualTo(expected.stream().limit(most).toList());
                    taken.forEach(expected::remove);
                }
            }
            assertThat(ranges.take(100)).as("seed %d", seed).containsExactlyElementsOf(expected);
        }
    }
}
