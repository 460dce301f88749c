package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.RetryLoop;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RetryLoopTest {

    private static final RetryPolicy POLICY =
            RetryPolicy.defaults().withMaxAttempts(4).withMaxDelay(Duration.ofSeconds(3));
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final VirtualEnv env = new VirtualEnv(7, Duration.ZERO);
    private final Strand strand = env.strand("test");
    private final Deque<CompletableFuture<String>> answers = new ArrayDeque<>();
    private final List<Long> attempts = new ArrayList<>();

    @Test
    void attemptsFollowEachOtherWithGrowingWaitsUntilOneSucceeds() {
        answer(List.of(passing(), passing(), passing(), CompletableFuture.completedFuture("done")));

        assertThat(ended(loop().start()).join()).isEqualTo("done");

        assertThat(waits()).hasSize(3);
        assertThat(waits().get(0)).isBetween(0.0, 1.0);
        assertThat(waits().get(1)).isBetween(0.0, 2.0);
        assertThat(waits().get(2)).isBetween(0.0, 3.0);
    }

    @Test
    void theLastFailureIsTheResultWhenTheAttemptsAreUsedUp() {
        EdgeException last = new EdgeException(ErrorCode.UNAVAILABLE, "the last one", null, true, 1);
        answer(List.of(passing(), passing(), passing(), CompletableFuture.failedFuture(last)));

        assertThatThrownBy(() -> ended(loop().start()).join())
                .cause()
                .isInstanceOfSatisfying(
                        EdgeException.class, told -> assertThat(told.attempts()).isEqualTo(4))
                .hasCause(last);

        assertThat(attempts).hasSize(4);
    }

    @Test
    void aFailureThatDoesNotPassByItselfIsNotTriedAgain() {
        answer(List.of(failing(ErrorCode.INVALID_ARGUMENT, false)));

        assertThatThrownBy(() -> ended(loop().start()).join()).hasCauseInstanceOf(EdgeException.class);

        assertThat(attempts).hasSize(1);
    }

    @Test
    void theCallerSaysWhichFailuresToTryAgainAndHowLongToWait() {
        answer(List.of(failing(ErrorCode.NOT_FOUND, false), passing()));
        List<Duration> told = new ArrayList<>();
        RetryLoop<String> loop = loop().retryAfter(
                        failure -> failure instanceof EdgeException known && known.code() == ErrorCode.NOT_FOUND)
                .waitFor((own, failure) -> Duration.ofSeconds(20))
                .beforeWait((failure, wait) -> told.add(wait));

        assertThatThrownBy(() -> ended(loop.start()).join()).hasMessageContaining("UNAVAILABLE");

        assertThat(waits()).containsExactly(20.0);
        assertThat(told).containsExactly(Duration.ofSeconds(20));
    }

    @Test
    void aLoopThatIsCancelledWhileItWaitsEndsAtOnceAndTriesNoMore() {
        answer(List.of(passing(), passing()));
        RetryLoop<String> loop = loop();
        loop.beforeWait((failure, wait) -> strand.execute(loop::cancel));

        assertThatThrownBy(() -> ended(loop.start()).join())
                .extracting(error -> ((EdgeException) error.getCause()).code())
                .isEqualTo(ErrorCode.CANCELLED);

        assertThat(env.nanos()).isZero();
        assertThat(attempts).hasSize(1);
    }

    @Test
    void theAttemptThatIsUnderWayWhenTheLoopIsCancelledStillGivesTheResult() {
        CompletableFuture<String> first = new CompletableFuture<>();
        answer(List.of(first));
        RetryLoop<String> loop = loop();
        CompletionStage<String> result = loop.start();
        loop.cancel();
        first.complete("came all the same");

        assertThat(ended(result).join()).isEqualTo("came all the same");
    }

    @Test
    void noAttemptFollowsOnTheOneThatFailedAfterTheLoopWasCancelled() {
        CompletableFuture<String> first = new CompletableFuture<>();
        answer(List.of(first));
        RetryLoop<String> loop = loop();
        CompletionStage<String> result = loop.start();
        loop.cancel();
        first.completeExceptionally(new EdgeException(ErrorCode.UNAVAILABLE, "UNAVAILABLE", null, true, 1));

        assertThatThrownBy(() -> ended(result).join()).hasMessageContaining("UNAVAILABLE");
        assertThat(attempts).hasSize(1);
    }

    @Test
    void anAttemptThatThrowsFailsTheLoop() {
        IllegalStateException fault = new IllegalStateException("a fault");
        RetryLoop<String> loop = new RetryLoop<>(env, strand, POLICY, () -> {
            throw fault;
        });

        assertThatThrownBy(() -> ended(loop.start()).join()).cause().isSameAs(fault);
    }

    @Test
    void anAttemptThatThrowsIsRepeatedIfTheCallerSaysSo() {
        List<String> attempts = new ArrayList<>();
        RetryLoop<String> loop = new RetryLoop<String>(env, strand, POLICY, () -> {
                    attempts.add("attempt");
                    if (attempts.size() == 1) {
                        throw new IllegalStateException("a fault");
                    }
                    return CompletableFuture.completedFuture("answer");
                })
                .retryAfter(failure -> failure instanceof IllegalStateException);

        assertThat(ended(loop.start()).join()).isEqualTo("answer");
        assertThat(attempts).hasSize(2);
    }

    @Test
    void aHookThatThrowsFailsTheLoop() {
        IllegalStateException fault = new IllegalStateException("a fault");
        answer(List.of(passing()));
        RetryLoop<String> loop = loop().beforeWait((failure, wait) -> {
            throw fault;
        });

        assertThatThrownBy(() -> ended(loop.start()).join()).cause().isSameAs(fault);
    }

    @Test
    void noAttemptBeginsWhenTheLoopIsCancelledAfterItsWaitWasOver() {
        answer(List.of(passing(), passing()));
        List<Runnable> due = new ArrayList<>();
        RetryLoop<String> loop = loop(new Strand() {
            @Override
            public void execute(Runnable step) {
                strand.execute(step);
            }

            @Override
            public Cancellable after(Duration delay, Runnable step) {
                due.add(step);
                return () -> {};
            }
        });
        CompletionStage<String> result = loop.start();
        env.runUntil(() -> !due.isEmpty(), LIMIT);

        loop.cancel();
        due.get(0).run();

        assertThatThrownBy(() -> ended(result).join())
                .extracting(error -> ((EdgeException) error.getCause()).code())
                .isEqualTo(ErrorCode.CANCELLED);
        assertThat(attempts).hasSize(1);
    }

    private RetryLoop<String> loop() {
        return loop(strand);
    }

    private RetryLoop<String> loop(Strand steps) {
        return new RetryLoop<>(env, steps, POLICY, () -> {
            attempts.add(env.nanos());
            return answers.remove();
        });
    }

    private void answer(List<CompletableFuture<String>> inOrder) {
        answers.addAll(inOrder);
    }

    private static CompletableFuture<String> passing() {
        return failing(ErrorCode.UNAVAILABLE, true);
    }

    private static CompletableFuture<String> failing(ErrorCode code, boolean retryable) {
        return CompletableFuture.failedFuture(new EdgeException(code, code.toString(), null, retryable, 1));
    }

    private CompletableFuture<String> ended(CompletionStage<String> result) {
        CompletableFuture<String> future = result.toCompletableFuture();
        env.runUntil(future::isDone, LIMIT);
        return future;
    }

    /** The seconds from each attempt to the next. */
    private List<Double> waits() {
        List<Double> waits = new ArrayList<>();
        for (int i = 1; i < attempts.size(); i++) {
            waits.add((attempts.get(i) - attempts.get(i - 1)) / 1e9);
        }
        return waits;
    }
}
