package com.scaleoutsystems.edge.client.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.simulation.VirtualEnv;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private static final long PER_SECOND = 1 << 20;

    private final VirtualEnv env = new VirtualEnv(1, Duration.ZERO);
    private final RateLimit limit = new RateLimit(PER_SECOND, 0, env);
    private long passed;

    /** Lets as much pass as it may, in pieces of this size. */
    private void pass(int piece) {
        env.schedule(limit.take(piece), () -> {
            passed += piece;
            assertThat(passed).isLessThanOrEqualTo(allowed() + 2 * 64_000);
            pass(piece);
        });
    }

    private long allowed() {
        return (long) (PER_SECOND * (env.nanos() / 1e9));
    }

    @Test
    void manySharersKeepTheRateTogetherFromTheStart() {
        pass(64_000);
        pass(1_000);
        pass(777);

        env.runUntil(() -> env.nanos() >= Duration.ofSeconds(10).toNanos(), Duration.ofSeconds(11));

        assertThat(passed).isBetween(10 * PER_SECOND - 64_000, 10 * PER_SECOND + 2 * 64_000);
    }

    @Test
    void whatWasNotUsedIsNoAllowanceForLater() {
        env.schedule(Duration.ofHours(1), () -> {});
        env.runUntil(() -> env.nanos() > 0, Duration.ofHours(2));

        assertThat(limit.take(PER_SECOND)).isZero();
        assertThat(limit.take(1)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aLittleOfWhatWasNotUsedMayPassLater() {
        RateLimit lenient = new RateLimit(100, 4, env);
        env.schedule(Duration.ofHours(1), () -> {});
        env.runUntil(() -> env.nanos() > 0, Duration.ofHours(2));

        for (int i = 0; i < 5; i++) {
            assertThat(lenient.take(1)).isZero();
        }
        assertThat(lenient.take(1)).isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void whatDidNotPassAfterAllIsNotPaidFor() {
        limit.take(3 * PER_SECOND);
        limit.giveBack(2 * PER_SECOND);

        assertThat(limit.untilNext()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aTurnOfAnySizeIsPaidForInFull() {
        RateLimit slow = new RateLimit(3, 0, env);

        slow.take(1);
        // A third of a second, rounded up: the rate is never exceeded.
        assertThat(slow.untilNext()).isEqualTo(Duration.ofNanos(333_333_334));

        RateLimit endless = new RateLimit(1, 0, env);
        endless.take(Integer.MAX_VALUE);
        assertThat(endless.untilNext()).isEqualTo(Duration.ofSeconds(Integer.MAX_VALUE));
    }

    @Test
    void aRateThatNothingReachesDelaysNothing() {
        for (long rate = Long.MAX_VALUE; rate > 1L << 33; rate /= 2) {
            long begin = env.nanos();
            RateLimit vast = new RateLimit(rate, rate / 32, env);
            env.schedule(Duration.ofSeconds(1), () -> {});
            env.runUntil(() -> env.nanos() > begin, Duration.ofSeconds(2));
            for (int i = 0; i < 100; i++) {
                assertThat(vast.take(1 << 20)).as("%s bytes in a second", rate).isZero();
            }
        }
    }
}
