package com.scaleoutsystems.edge.client.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.simulation.VirtualEnv;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How the clients of a group start, in virtual time. */
class GroupStartTest {

    private final VirtualEnv env = new VirtualEnv(1, Duration.ZERO);
    private final List<CompletableFuture<@Nullable Void>> starts = new ArrayList<>();

    private CompletionStage<List<@Nullable Throwable>> begin(int clients) {
        return new GroupStart(env, clients, number -> {
                    assertThat(number).isEqualTo(starts.size());
                    CompletableFuture<@Nullable Void> start = new CompletableFuture<>();
                    starts.add(start);
                    return start;
                })
                .begin();
    }

    private void runFor(Duration time) {
        boolean[] over = {false};
        env.schedule(time, () -> over[0] = true);
        env.runUntil(() -> over[0], time.multipliedBy(2));
    }

    @Test
    void aFewStartAtATimeAndEachThatEndsLetsTheNextBegin() {
        var unused = begin(100);
        assertThat(starts).hasSize(GroupStart.AT_A_TIME);

        starts.get(7).complete(null);
        starts.get(3).completeExceptionally(new IllegalStateException("no"));

        assertThat(starts).hasSize(GroupStart.AT_A_TIME + 2);
    }

    @Test
    void aClientThatTakesLongLendsItsTurnOnce() {
        var unused = begin(100);

        runFor(GroupStart.PATIENCE.minusMillis(1));
        assertThat(starts).hasSize(GroupStart.AT_A_TIME);
        runFor(Duration.ofMillis(2));
        assertThat(starts).hasSize(2 * GroupStart.AT_A_TIME);

        starts.get(0).complete(null);
        assertThat(starts).hasSize(2 * GroupStart.AT_A_TIME);
    }

    @Test
    void failuresAreToldInTheOrderOfTheClientsWhenAllHaveEnded() {
        CompletableFuture<List<@Nullable Throwable>> all = begin(3).toCompletableFuture();
        IllegalStateException no = new IllegalStateException("no");
        starts.get(2).complete(null);
        starts.get(1).completeExceptionally(no);
        assertThat(all).isNotDone();

        starts.get(0).complete(null);

        assertThat(all.join()).containsExactly(null, no, null);
    }

    @Test
    void thousandsThatFailAtOnceNeedNoDeepStack() {
        List<@Nullable Throwable> all = new GroupStart(env, 20_000, number -> {
                    throw new IllegalStateException("no");
                })
                .begin()
                .toCompletableFuture()
                .join();

        assertThat(all).hasSize(20_000).allMatch(IllegalStateException.class::isInstance);
    }
}
