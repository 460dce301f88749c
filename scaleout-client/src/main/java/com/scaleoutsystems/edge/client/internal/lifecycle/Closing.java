package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.report.Outbox;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a client within a budget of time: tasks, then records, then the announcement, then everything it holds. No step is
 * skipped because another one failed or took too long.
 */
final class Closing {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.CLIENT);

    /** How much of the budget is over, at the latest, when a step ends. */
    private static final double TASKS_UNTIL = 0.6;

    private static final double RECORDS_UNTIL = 0.9;

    private static final double CALLS_UNTIL = 0.95;

    /**
     * How much of the budget callbacks have to notice the abort before they are interrupted, and as much again before they are given up.
     */
    private static final double GRACE = 0.2;

    /** How long the last writes to the disk may take where the budget is used up. */
    private static final Duration DISK = Duration.ofMillis(500);

    private static final Duration LONGEST_BUDGET = Duration.ofDays(1);

    private final Adapters adapters;
    private final Strand strand;
    private final Outbox outbox;
    private final Optional<Connection> connection;
    private final Optional<EdgeApi> api;
    private final Duration budget;
    private final Runnable done;
    private final long start;

    Closing(
            ClientParts client,
            Optional<Connection> connection,
            Optional<EdgeApi> api,
            Duration budget,
            Runnable done) {
        this.adapters = client.adapters();
        this.strand = client.strand();
        this.outbox = client.outbox();
        this.connection = connection;
        this.api = api;
        this.budget = budget.compareTo(LONGEST_BUDGET) < 0 ? budget : LONGEST_BUDGET;
        this.done = done;
        this.start = now();
    }

    private long now() {
        return adapters.env().nanos();
    }

    void begin() {
        connection.ifPresentOrElse(this::takeLeave, this::release);
    }

    private void takeLeave(Connection connection) {
        Duration grace = Duration.ofNanos((long) (budget.toNanos() * GRACE));
        within(TASKS_UNTIL, () -> connection.drain(grace), () -> {
            List<String> running = connection.runningTasks();
            if (!running.isEmpty()) {
                LOG.warn("callbacks still run although they were aborted: tasks {}", running);
            }
            // Without a connection in use nothing could empty the outbox.
            within(
                    RECORDS_UNTIL,
                    () -> connection.isStarted()
                            ? outbox.empty().thenCompose(sent -> connection.allTold())
                            : CompletableFuture.completedFuture(null),
                    () -> within(
                            CALLS_UNTIL, connection::fallSilent, () -> within(1, connection::leave, this::release)));
        });
    }

    /** Goes on when the step is done, has failed, or has used up its part of the budget. */
    private void within(double partOfBudget, Supplier<CompletionStage<?>> step, Runnable next) {
        Once once = new Once(next);
        long until = start + (long) (budget.toNanos() * partOfBudget);
        Cancellable timeout = strand.after(Duration.ofNanos(until - now()), once::run);
        strand.when(begun(step), (ok, error) -> {
            timeout.cancel();
            if (error != null) {
                LOG.debug("a step of closing failed", error);
            }
            once.run();
        });
    }

    private static CompletionStage<?> begun(Supplier<CompletionStage<?>> step) {
        try {
            return step.get();
        } catch (RuntimeException | Error failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private void release() {
        step("the outbox", outbox::close);
        connection.ifPresent(connection -> step("the transport", connection::abandon));
        api.ifPresent(api -> step("the API client", api::close));
        Once once = new Once(done);
        Duration left = Duration.ofNanos(start + budget.toNanos() - now());
        Cancellable timeout = strand.after(left.compareTo(DISK) > 0 ? left : DISK, () -> {
            LOG.warn("the disk of the state directory does not answer; the client closes without it");
            once.run();
        });
        strand.when(
                CompletableFuture.runAsync(this::releaseFiles, adapters.env().io()), (ok, error) -> {
                    timeout.cancel();
                    once.run();
                });
    }

    /** On a thread that may block on the disk. */
    private void releaseFiles() {
        step("the models", adapters.models()::close);
        step("the store", adapters.store()::close);
        step("the pinned models", adapters.blobs()::close);
        adapters.directory().ifPresent(directory -> step("the state directory", directory::close));
    }

    private static void step(String what, Runnable close) {
        try {
            close.run();
        } catch (RuntimeException | Error failure) {
            LOG.warn("closing {} failed", what, failure);
        }
    }

    private static final class Once {

        private @Nullable Runnable action;

        Once(Runnable action) {
            this.action = action;
        }

        void run() {
            Runnable first = action;
            action = null;
            if (first != null) {
                first.run();
            }
        }
    }
}
