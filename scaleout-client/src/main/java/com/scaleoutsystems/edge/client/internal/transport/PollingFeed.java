package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Backoff;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Polls for tasks. There is never more than one poll in flight. The next one starts an interval after the start of the former,
 * or at once when there is something to report, or after a growing wait when the combiner does not answer. For some time after a task came
 * or ended the interval is a short one. No error ends polling.
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

    private final CombinerTransport transport;
    private final Env env;
    private final Strand strand;
    private final TaskSettings settings;
    private final Sink sink;
    private Backoff backoff;
    private @Nullable Cancellable next;
    private long lastStart;
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
     */
    public PollingFeed(CombinerTransport transport, Env env, Strand strand, TaskSettings settings, Sink sink) {
        this.transport = transport;
        this.env = env;
        this.strand = strand;
        this.settings = settings;
        this.activeUntil = env.nanos();
        this.sink = sink;
        this.backoff = new Backoff(PATIENCE, env.random());
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
        } else if (running && backoff.failures() == 0) {
            // While the combiner does not answer, the backoff decides: news do not make it answer.
            schedule(Duration.ZERO);
        }
    }

    @Override
    public boolean mayBringTasks() {
        return inFlight && askedForTasks;
    }

    @Override
    public void retryNow() {
        if (running && !inFlight && backoff.failures() > 0) {
            schedule(Duration.ZERO);
        }
    }

    @Override
    public void hurry() {
        backoff = new Backoff(HURRY, env.random());
        wake();
    }

    @Override
    public CompletionStage<@Nullable Void> stop() {
        running = false;
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
        return env.nanos() - activeUntil < 0 ? settings.activePollInterval() : settings.pollInterval();
    }

    private void poll() {
        if (!running || inFlight) {
            return;
        }
        cancelNext();
        inFlight = true;
        wakeAfterPoll = false;
        lastStart = env.nanos();
        try {
            List<TaskReport> reports = sink.reports();
            askedForTasks = sink.hasRoom();
            CombinerTransport.Poll poll = new CombinerTransport.Poll(reports, interval(), !askedForTasks);
            strand.when(transport.poll(poll), (polled, error) -> {
                Duration failureWait = Duration.ZERO;
                try {
                    if (polled != null) {
                        backoff.reset();
                        sink.reported(polled.told());
                        sink.reachable();
                        sink.received(polled.tasks());
                        if (!polled.tasks().isEmpty()) {
                            active();
                        }
                        // A poll may have no room for all reports, in generation 1.0 only for one: the next poll, which
                        // starts at once, takes the others.
                        wakeAfterPoll |= polled.told().size() < reports.size()
                                && sink.reports().stream().anyMatch(TaskReport::done);
                    } else {
                        failureWait = backoff.next();
                        sink.unreachable(asEdgeException(error));
                        transport.reconnectNow();
                    }
                } finally {
                    finished(failureWait);
                }
            });
        } catch (RuntimeException | Error failure) {
            finished(backoff.next());
            throw failure;
        }
    }

    private void finished(Duration failureWait) {
        inFlight = false;
        if (stopped != null) {
            stopped.complete(null);
        }
        if (!running) {
            return;
        }
        sink.idle();
        if (backoff.failures() > 0) {
            schedule(failureWait);
        } else if (wakeAfterPoll) {
            schedule(Duration.ZERO);
        } else {
            schedule(interval().minusNanos(env.nanos() - lastStart));
        }
    }

    private void schedule(Duration delay) {
        cancelNext();
        next = strand.after(delay.isNegative() ? Duration.ZERO : delay, this::poll);
    }

    private void cancelNext() {
        if (next != null) {
            next.cancel();
            next = null;
        }
    }

    private static EdgeException asEdgeException(@Nullable Throwable error) {
        return error instanceof EdgeException known
                ? known
                : new EdgeException(ErrorCode.INTERNAL, "a poll failed: " + error, error);
    }
}
