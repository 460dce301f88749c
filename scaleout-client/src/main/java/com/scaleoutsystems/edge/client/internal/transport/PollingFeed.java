package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Misfits;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Pauses;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Polls for tasks. There is never more than one poll in flight. The next one starts an interval after the start of the former,
 * or at once when there is something to report, or after a growing wait when the combiner does not answer. For some time after a task came
 * or ended the interval is a short one. If the rate of calls is limited, polls come more slowly for a while. No error ends polling.
 */
public final class PollingFeed implements TaskFeed {

    private static final RetryPolicy PATIENCE = RetryPolicy.defaults()
            .withMaxAttempts(1)
            .withFirstDelay(Duration.ofMillis(500))
            .withMultiplier(1.5)
            .withMaxDelay(Duration.ofSeconds(16));

    /** While the client closes, there is no time for long waits. */
    private static final RetryPolicy HURRY = RetryPolicy.defaults()
            .withMaxAttempts(1)
            .withFirstDelay(Duration.ofMillis(100))
            .withMaxDelay(Duration.ofSeconds(1));

    /** How far apart polls are after the rate of calls was limited: twice as far after each refusal, and closer with each answer. */
    private static final Duration FIRST_PACE = Duration.ofSeconds(1);

    private static final Duration SLOWEST_PACE = Duration.ofSeconds(16);
    private static final Duration NO_PACE = Duration.ofMillis(250);
    private static final double QUICKER = 0.875;

    private final CombinerTransport transport;
    private final Env env;
    private final Strand strand;
    private final TaskSettings settings;
    private final Sink sink;
    private final NetworkGate gate;
    private final Cancellable gateWatch;
    private final PollRoom room = new PollRoom();
    private final Pauses pauses;
    private Duration pace = Duration.ZERO;
    private @Nullable Cancellable next;
    private long lastStart;
    private @Nullable RoundTrip lastPoll;
    private long activeUntil;
    private @Nullable CompletableFuture<@Nullable Void> stopped;
    private boolean inFlight;
    private boolean askedForTasks;
    private boolean wakeAfterPoll;
    private boolean running;

    /**
     * A feed that has not begun.
     *
     * @param settings when to poll
     * @param gate says whether there may be polls
     */
    public PollingFeed(
            CombinerTransport transport, Env env, Strand strand, TaskSettings settings, Sink sink, NetworkGate gate) {
        this.transport = transport;
        this.env = env;
        this.strand = strand;
        this.settings = settings;
        this.activeUntil = env.nanos();
        this.sink = sink;
        this.gate = gate;
        this.gateWatch = gate.whenChanged(this::gateChanged);
        this.pauses = new Pauses(env, strand, PATIENCE, () -> schedule(Duration.ZERO));
    }

    @Override
    public void start() {
        running = true;
        poll();
    }

    @Override
    public void wake() {
        active();
        if (inFlight) {
            wakeAfterPoll = true;
        } else if (running && !pauses.isOn()) {
            // While the combiner does not answer, the pauses decide: news do not make it answer.
            schedule(Duration.ZERO);
        }
    }

    @Override
    public boolean mayBringTasks() {
        return inFlight && askedForTasks;
    }

    @Override
    public Optional<RoundTrip> lastPoll() {
        return Optional.ofNullable(lastPoll);
    }

    @Override
    public void othersFail() {
        pauses.othersFail();
    }

    @Override
    public void othersAnswer() {
        pauses.othersAnswer();
    }

    @Override
    public void goOn() {
        pauses.reset(PATIENCE);
        pace = Duration.ZERO;
        wake();
    }

    @Override
    public void hurry() {
        pauses.reset(HURRY);
        pace = Duration.ZERO;
        wake();
    }

    @Override
    public CompletionStage<@Nullable Void> stop() {
        running = false;
        gateWatch.cancel();
        pauses.end();
        cancelNext();
        CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
        if (inFlight) {
            stopped = end;
        } else {
            end.complete(null);
        }
        return end;
    }

    private void active() {
        activeUntil = env.nanos() + settings.activeTime().toNanos();
    }

    private Duration interval() {
        Duration wanted = env.nanos() - activeUntil < 0 ? settings.activePollInterval() : settings.pollInterval();
        return wanted.compareTo(pace) < 0 ? pace : wanted;
    }

    private void slowDown() {
        Duration twice = pace.multipliedBy(2);
        Duration longer = twice.compareTo(FIRST_PACE) < 0 ? FIRST_PACE : twice;
        pace = longer.compareTo(SLOWEST_PACE) < 0 ? longer : SLOWEST_PACE;
    }

    private void speedUp() {
        Duration shorter = Duration.ofNanos((long) (pace.toNanos() * QUICKER));
        pace = shorter.compareTo(NO_PACE) < 0 ? Duration.ZERO : shorter;
    }

    private void gateChanged() {
        if (running && gate.isOpen() && !inFlight && !pauses.isOn()) {
            schedule(Duration.ZERO);
        }
    }

    private void poll() {
        if (!running || inFlight || !gate.isOpen()) {
            return;
        }
        cancelNext();
        inFlight = true;
        wakeAfterPoll = false;
        lastStart = env.nanos();
        List<TaskReport> reports = new ArrayList<>();
        strand.when(Stages.begun(() -> begun(reports)), (polled, error) -> {
            if (polled == null) {
                EdgeException failure = asEdgeException(error);
                try {
                    failed(failure);
                } finally {
                    finished(!(failure instanceof MovedException));
                }
            } else {
                answered(polled, reports.size());
            }
        });
    }

    /** Begins a poll with those of the reports that it has room for. */
    private CompletionStage<CombinerTransport.Polled> begun(List<TaskReport> reports) {
        reports.addAll(room.fitting(sink.reports()));
        askedForTasks = sink.hasRoom();
        return transport.poll(new CombinerTransport.Poll(List.copyOf(reports), interval(), !askedForTasks));
    }

    private void answered(CombinerTransport.Polled polled, int reports) {
        lastPoll = new RoundTrip(lastStart, env.nanos());
        pauses.succeeded();
        speedUp();
        room.answered();
        try {
            sink.reported(polled.told());
            // A poll may have no room for all reports, in generation 1.0 only for one: the next poll, which starts at
            // once, takes the
            // others.
            wakeAfterPoll |=
                    polled.told().size() < reports && sink.reports().stream().anyMatch(TaskReport::done);
            sink.reachable();
        } finally {
            // Whatever threw, the combiner has handed these tasks over.
            take(polled.tasks());
        }
    }

    /** The poll is over when its tasks are taken, which may need many steps. */
    private void take(List<TaskRequest> tasks) {
        if (tasks.isEmpty()) {
            finished(false);
            return;
        }
        active();
        askedForTasks = true;
        strand.when(Stages.begun(() -> sink.received(tasks)), (taken, error) -> finished(false));
    }

    private void failed(EdgeException error) {
        room.failed(error);
        if (FailureKind.of(error) == FailureKind.RATE_LIMIT) {
            slowDown();
        }
        sink.unreachable(error);
        transport.reconnectNow();
    }

    private void finished(boolean failed) {
        inFlight = false;
        if (stopped != null) {
            stopped.complete(null);
        }
        if (!running) {
            return;
        }
        try {
            sink.idle();
        } finally {
            if (failed) {
                pauses.failed();
            } else if (wakeAfterPoll) {
                schedule(Duration.ZERO);
            } else {
                schedule(interval().minusNanos(env.nanos() - lastStart));
            }
        }
    }

    private void schedule(Duration delay) {
        cancelNext();
        Duration paced = pace.minusNanos(env.nanos() - lastStart);
        Duration wait = delay.compareTo(paced) < 0 ? paced : delay;
        next = strand.after(wait.isNegative() ? Duration.ZERO : wait, this::poll);
    }

    private void cancelNext() {
        if (next != null) {
            next.cancel();
            next = null;
        }
    }

    private static EdgeException asEdgeException(@Nullable Throwable error) {
        if (error instanceof EdgeException known) {
            return known;
        }
        return error != null && Misfits.explain(error)
                ? Misfits.unavailable("a poll", error)
                : new EdgeException(ErrorCode.INTERNAL, "a poll failed: " + error, error);
    }
}
