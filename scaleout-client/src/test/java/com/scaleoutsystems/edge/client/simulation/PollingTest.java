package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.transport.LimitException;
import com.scaleoutsystems.edge.client.internal.transport.NetworkGate;
import com.scaleoutsystems.edge.client.internal.transport.PollingFeed;
import com.scaleoutsystems.edge.client.internal.transport.ProxyAnswerException;
import com.scaleoutsystems.edge.client.internal.transport.TaskFeed;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** When polls are made, in virtual time. */
class PollingTest {

    private static final TaskSettings SETTINGS = TaskSettings.defaults()
            .withPollInterval(Duration.ofSeconds(5))
            .withActivePollInterval(Duration.ofSeconds(1))
            .withActiveTime(Duration.ofSeconds(3));
    private static final Duration LIMIT = Duration.ofDays(2);

    private final VirtualEnv env = new VirtualEnv(1, Duration.ZERO);
    private final List<Duration> polls = new ArrayList<>();
    private final List<Duration> told = new ArrayList<>();
    private final Deque<CompletableFuture<List<TaskRequest>>> answers = new ArrayDeque<>();
    private final RecordingSink sink = new RecordingSink();
    private final PollingFeed feed = new PollingFeed(
            new OnlyPolls(poll -> {
                polls.add(Duration.ofNanos(env.nanos()));
                told.add(poll.interval());
                CompletableFuture<List<TaskRequest>> answer = answers.poll();
                return answer == null ? CompletableFuture.completedFuture(List.of()) : answer;
            }),
            env,
            env.strand("test"),
            SETTINGS,
            sink,
            new NetworkGate(env.strand("gate")));

    @Test
    void pollsStartAnIntervalAfterTheStartOfTheFormer() {
        CompletableFuture<List<TaskRequest>> slow = new CompletableFuture<>();
        answers.add(slow);
        feed.start();
        env.schedule(Duration.ofSeconds(2), () -> slow.complete(List.of()));

        env.runUntil(() -> polls.size() == 3, LIMIT);

        assertThat(polls).containsExactly(Duration.ZERO, Duration.ofSeconds(5), Duration.ofSeconds(10));
    }

    @Test
    void newsArePolledAtOnceAndQuicklyForSomeTimeAfter() {
        feed.start();
        env.schedule(Duration.ofMillis(500), feed::wake);

        env.runUntil(() -> polls.size() == 6, LIMIT);

        assertThat(polls).extracting(Duration::toMillis).containsExactly(0L, 500L, 1500L, 2500L, 3500L, 8500L);
    }

    @Test
    void tasksThatComeMakeTheIntervalShortForSomeTime() {
        answers.add(CompletableFuture.completedFuture(List.of(SimulatedCombiner.train("t", "m"))));
        feed.start();

        env.runUntil(() -> polls.size() == 5, LIMIT);

        assertThat(polls).extracting(Duration::toSeconds).containsExactly(0L, 1L, 2L, 3L, 8L);
    }

    @Test
    void eachPollTellsWhenToExpectTheNext() {
        answers.add(CompletableFuture.completedFuture(List.of()));
        answers.add(CompletableFuture.completedFuture(List.of(SimulatedCombiner.train("t", "m"))));
        feed.start();

        env.runUntil(() -> polls.size() == 8, LIMIT);

        for (int i = 0; i + 1 < polls.size(); i++) {
            // A task that comes makes the next poll earlier than could be told.
            if (i != 1) {
                assertThat(polls.get(i + 1).minus(polls.get(i)))
                        .as("poll %d", i)
                        .isEqualTo(told.get(i));
            }
        }
        assertThat(told).contains(SETTINGS.pollInterval(), SETTINGS.activePollInterval());
    }

    @Test
    void newsDuringAPollWaitForItsEndSoThatNeverTwoAreInFlight() {
        CompletableFuture<List<TaskRequest>> slow = new CompletableFuture<>();
        answers.add(slow);
        feed.start();
        for (int i = 1; i <= 3; i++) {
            env.schedule(Duration.ofSeconds(i), feed::wake);
        }
        env.schedule(Duration.ofSeconds(30), () -> slow.complete(List.of()));

        env.runUntil(() -> polls.size() == 2, LIMIT);

        assertThat(polls).containsExactly(Duration.ZERO, Duration.ofSeconds(30));
    }

    @Test
    void noErrorEndsPollingAndWaitsStayBounded() {
        for (int i = 0; i < 2_000; i++) {
            answers.add(CompletableFuture.failedFuture(
                    new EdgeException(ErrorCode.INTERNAL, "on purpose", null, i % 2 == 0, 1)));
        }
        feed.start();

        env.runUntil(() -> sink.reachable == 1, LIMIT);

        assertThat(sink.errors).hasSize(2_000);
        for (int i = 1; i < polls.size(); i++) {
            assertThat(polls.get(i).minus(polls.get(i - 1))).isLessThanOrEqualTo(Duration.ofSeconds(16));
        }
    }

    @Test
    void anErrorThatIsNoEdgeExceptionDoesNotEndPollingEither() {
        answers.add(CompletableFuture.failedFuture(new IllegalStateException("a fault of the SDK")));
        feed.start();

        env.runUntil(() -> sink.reachable == 1, LIMIT);

        assertThat(sink.errors)
                .singleElement()
                .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.INTERNAL));
    }

    @Test
    void aSinkThatThrowsDoesNotEndPolling() {
        sink.failOnce = true;
        feed.start();

        // The step that threw is the strand's to log; here it surfaces, and the next poll is scheduled all the same.
        try {
            env.runUntil(() -> polls.size() == 2, LIMIT);
        } catch (IllegalStateException onPurpose) {
            env.runUntil(() -> polls.size() == 2, LIMIT);
        }

        assertThat(polls).hasSize(2);
    }

    @Test
    void anActiveTimeWithoutEndIsNoFault() {
        TaskSettings forever = SETTINGS.withActiveTime(ChronoUnit.FOREVER.getDuration());
        List<Duration> times = new ArrayList<>();
        PollingFeed active = new PollingFeed(
                new OnlyPolls(poll -> {
                    times.add(Duration.ofNanos(env.nanos()));
                    return CompletableFuture.completedFuture(List.of(SimulatedCombiner.train("t", "m")));
                }),
                env,
                env.strand("test"),
                forever,
                sink,
                new NetworkGate(env.strand("gate")));
        active.start();

        env.runUntil(() -> times.size() == 4, LIMIT);

        assertThat(times).extracting(Duration::toSeconds).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void nothingIsPolledAfterStop() {
        feed.start();
        env.runUntil(() -> polls.size() == 2, LIMIT);
        feed.stop();
        feed.wake();
        boolean[] later = {false};
        env.schedule(Duration.ofHours(1), () -> later[0] = true);

        env.runUntil(() -> later[0], LIMIT);

        assertThat(polls).hasSize(2);
    }

    @Test
    void theNextPollWaitsUntilAllTasksOfTheLastOneAreTaken() {
        answers.add(CompletableFuture.completedFuture(List.of(SimulatedCombiner.train("t", "m"))));
        sink.taking = new CompletableFuture<>();
        feed.start();
        env.schedule(Duration.ofSeconds(30), () -> sink.taking.complete(null));

        env.runUntil(() -> polls.size() == 2, LIMIT);

        assertThat(polls).containsExactly(Duration.ZERO, Duration.ofSeconds(30));
    }

    @Test
    void theTasksOfAnAnswerArriveWhateverItsReportsCause() {
        answers.add(CompletableFuture.completedFuture(List.of(SimulatedCombiner.train("t", "m"))));
        sink.failOnce = true;
        env.failCall(0);
        feed.start();

        env.runUntil(() -> polls.size() == 2, LIMIT);

        assertThat(sink.received).extracting(TaskRequest::correlationId).containsExactly("t");
    }

    /** How many of two reports the poll after a refused one carries. */
    private int carriedAfter(EdgeException refusal) {
        List<Integer> carried = new ArrayList<>();
        PollingFeed limited = new PollingFeed(
                new OnlyPolls(poll -> {
                    carried.add(poll.reports().size());
                    return carried.size() == 1
                            ? CompletableFuture.failedFuture(refusal)
                            : CompletableFuture.completedFuture(List.of());
                }),
                env,
                env.strand("test"),
                SETTINGS,
                sink,
                new NetworkGate(env.strand("gate")));
        sink.reports = List.of(report("large", 2_000_000), report("small", 10));
        limited.start();
        env.runUntil(() -> carried.size() == 2, LIMIT);
        assertThat(carried.get(0)).isEqualTo(2);
        return carried.get(1);
    }

    @Test
    void aPollCarriesLessAfterOneThatWasTooLargeAndNotAfterOneTooMany() {
        assertThat(carriedAfter(new ProxyAnswerException("too large", 413, null)))
                .isOne();
        assertThat(carriedAfter(LimitException.size(ErrorCode.RESOURCE_EXHAUSTED, "larger than max", null)))
                .isOne();
        assertThat(carriedAfter(LimitException.size(ErrorCode.INTERNAL, "larger than max", null)))
                .isOne();
        assertThat(carriedAfter(new ProxyAnswerException("too many", 429, null)))
                .isEqualTo(2);
        assertThat(carriedAfter(LimitException.rate("too many", null))).isEqualTo(2);
    }

    /** As nginx refuses by default what has more than 1 MB, and as a combiner with a lower limit than usual refuses it. */
    static List<EdgeException> refusalsOfSize() {
        return List.of(
                new ProxyAnswerException("the message is too large", 413, null),
                LimitException.size(ErrorCode.RESOURCE_EXHAUSTED, "larger than max", null));
    }

    @ParameterizedTest
    @MethodSource("refusalsOfSize")
    void aReportThatIsTooLargeOnItsWayKeepsNoOtherFromTheCombiner(EdgeException refusal) {
        long limit = 1_000_000;
        List<Integer> refusals = new ArrayList<>();
        List<String> passed = new ArrayList<>();
        PollingFeed behindProxy = new PollingFeed(
                new OnlyPolls(poll -> {
                    long bytes = poll.reports().stream()
                            .mapToLong(report -> report.response().length())
                            .sum();
                    if (bytes > limit) {
                        refusals.add(polls.size());
                        return CompletableFuture.failedFuture(refusal);
                    }
                    polls.add(Duration.ofNanos(env.nanos()));
                    poll.reports().forEach(report -> passed.add(report.correlationId()));
                    return CompletableFuture.completedFuture(List.of());
                }),
                env,
                env.strand("test"),
                SETTINGS,
                sink,
                new NetworkGate(env.strand("gate")));
        sink.reports = List.of(report("large", 2_000_000), report("small", 10), report("other", 10));
        behindProxy.start();

        env.runUntil(() -> polls.size() == 1, LIMIT);
        assertThat(passed).containsExactly("small", "other");
        assertThat(refusals).hasSize(1);

        env.runUntil(() -> polls.size() == 600, LIMIT);
        assertThat(passed).doesNotContain("large");
        assertThat(refusals).hasSizeBetween(5, 20);

        sink.reports = List.of(report("halved", 600_000), report("half", 600_000));
        passed.clear();
        env.runUntil(() -> polls.size() == 650, LIMIT);
        assertThat(passed).contains("halved");
    }

    private static TaskReport report(String id, int length) {
        return new TaskReport(id, "COMPLETED", true, "x".repeat(length), null, null);
    }

    private static final class RecordingSink implements TaskFeed.Sink {

        final List<EdgeException> errors = new ArrayList<>();
        final List<TaskRequest> received = new ArrayList<>();
        List<TaskReport> reports = List.of();
        CompletableFuture<@Nullable Void> taking = CompletableFuture.completedFuture(null);
        int reachable;
        boolean failOnce;

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public List<TaskReport> reports() {
            return reports;
        }

        @Override
        public void reported(List<TaskReport> reports) {
            if (failOnce) {
                failOnce = false;
                throw new IllegalStateException("on purpose");
            }
        }

        @Override
        public CompletionStage<@Nullable Void> received(List<TaskRequest> tasks) {
            received.addAll(tasks);
            return taking;
        }

        @Override
        public void idle() {
            // Nor at this.
        }

        @Override
        public void reachable() {
            reachable++;
        }

        @Override
        public void unreachable(EdgeException error) {
            errors.add(error);
        }
    }
}
