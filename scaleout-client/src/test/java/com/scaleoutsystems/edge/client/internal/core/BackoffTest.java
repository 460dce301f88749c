package com.scaleoutsystems.edge.client.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void waitsGrowUpToTheLongestAndAreSpreadOverAllOfIt() {
        Backoff backoff = new Backoff(RetryPolicy.defaults().withMaxAttempts(1), new SplittableRandom(1));

        for (int failure = 0; failure < 5_000; failure++) {
            long longest = (long) Math.min(30e9, 1e9 * Math.pow(2, failure));
            assertThat(backoff.next().toNanos()).as("failure %d", failure).isBetween(0L, longest);
        }
        Integer[] tenths = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        for (int wait = 0; wait < 10_000; wait++) {
            tenths[(int) (backoff.next().toNanos() / 3e9)]++;
        }
        assertThat(tenths).allSatisfy(number -> assertThat(number).isBetween(850, 1_150));
    }

    @Test
    void whatOneCallHasEarnedIsAtLeastHalfOfTheDelay() {
        SplittableRandom random = new SplittableRandom(1);
        for (int failure = 1; failure < 5_000; failure++) {
            long longest = (long) Math.min(30e9, 1e9 * Math.pow(2, failure - 1));
            assertThat(Backoff.earned(RetryPolicy.defaults(), random, failure).toNanos())
                    .isBetween(longest / 2, longest);
        }
    }

    @Test
    void aSuccessStartsOver() {
        Backoff backoff = new Backoff(
                RetryPolicy.defaults().withMaxAttempts(1).withMultiplier(10).withMaxDelay(Duration.ofHours(1)),
                new SplittableRandom(1));
        backoff.next();
        backoff.next();

        backoff.reset();

        assertThat(backoff.failures()).isZero();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }
}
