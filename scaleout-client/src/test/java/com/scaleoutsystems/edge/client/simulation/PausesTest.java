package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.core.Pauses;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How long a way pauses, in virtual time. */
class PausesTest {

    private static final RetryPolicy POLICY =
            RetryPolicy.defaults().withFirstDelay(Duration.ofSeconds(1)).withMaxDelay(Duration.ofMinutes(1));

    private final VirtualEnv env = new VirtualEnv(1, Duration.ZERO);
    private final List<Duration> attempts = new ArrayList<>();
    private final Pauses pauses = new Pauses(env, env.strand("test"), POLICY, this::attempt);

    private void attempt() {
        attempts.add(Duration.ofNanos(env.nanos()));
        pauses.failed();
    }

    private void runFor(Duration time) {
        boolean[] over = {false};
        env.schedule(time, () -> over[0] = true);
        env.runUntil(() -> over[0], Duration.ofDays(1));
    }

    @Test
    void whatAWaysOwnFailuresHaveEarnedNoSuccessElsewhereCutsShort() {
        attempt();
        for (int second = 0; second < 600; second++) {
            pauses.othersFail();
            pauses.othersAnswer();
            runFor(Duration.ofSeconds(1));
        }

        // 1, 2, 4, … 60 s, each at least half of that.
        assertThat(attempts).hasSizeBetween(12, 24);
    }

    @Test
    void aPauseOfAnOutageEndsWithTheOutage() {
        pauses.othersFail();
        attempt();
        runFor(Duration.ofMinutes(10));
        int before = attempts.size();

        pauses.othersAnswer();

        assertThat(attempts).hasSize(before + 1);
    }

    @Test
    void theFirstPauseOfTheNextOutageIsShort() {
        pauses.othersFail();
        attempt();
        runFor(Duration.ofMinutes(10));
        pauses.othersAnswer();
        pauses.end();
        pauses.othersFail();
        int before = attempts.size();

        attempt();
        env.runUntil(() -> attempts.size() == before + 2, Duration.ofSeconds(2));
    }

    @Test
    void afterAnOutageTheWayWaitsForWhatItEarnedBeforeAndNoLonger() {
        attempt();
        runFor(Duration.ofSeconds(10));
        Duration earned = Duration.ofSeconds(1L << (attempts.size() - 1));
        pauses.othersFail();
        runFor(Duration.ofMinutes(30));
        int before = attempts.size();
        assertThat(IntStream.range(before - 20, before)
                        .mapToObj(i -> attempts.get(i).minus(attempts.get(i - 1))))
                .anyMatch(wait -> wait.compareTo(earned) > 0)
                .anyMatch(wait -> wait.compareTo(Duration.ofSeconds(30)) < 0);
        env.runUntil(() -> attempts.size() > before, Duration.ofMinutes(1));

        pauses.othersAnswer();
        env.runUntil(() -> attempts.size() > before + 1, Duration.ofMinutes(1));

        assertThat(attempts.get(before + 1).minus(attempts.get(before))).isBetween(earned.dividedBy(2), earned);
    }

    @Test
    void aSuccessOfTheWayMakesItsNextPauseShort() {
        attempt();
        runFor(Duration.ofMinutes(10));
        pauses.succeeded();
        pauses.end();
        int before = attempts.size();

        attempt();
        env.runUntil(() -> attempts.size() == before + 2, Duration.ofSeconds(2));
    }
}
