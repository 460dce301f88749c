package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.report.Outbox;
import com.scaleoutsystems.edge.client.internal.transport.NetworkGate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Ends a client within a budget of time: tasks, then records, then the announcement, then everything it holds. No step is
 * skipped because another one failed or took too long. Lives on the client's strand.
 */
final class Closing {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

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

    /** So much later the caller goes on, if the client's strand does not come to the end of closing. */
    private static final Duration STRAND = Duration.ofMillis(100);

    private static final Duration LONGEST_BUDGET = Duration.ofDays(1);

    /**
     * The time that a caller gives.
     *
     * @param start when it called
     */
    record Budget(long start, Duration length) {

        Budget {
            length = length.compareTo(LONGEST_BUDGET) < 0 ? length : LONGEST_BUDGET;
        }

        /** When so much of the budget is over. */
        long until(double part) {
            return start + (long) (length.toNanos() * part);
        }

        boolean endsBefore(Budget other) {
            return until(1) - other.until(1) < 0;
        }

        /** How long the caller waits at the most, whatever holds up the client. */
        Duration patience() {
            return length.plus(DISK).plus(STRAND);
        }
    }

    private final Adapters adapters;
    private final Strand strand;
    private final Outbox outbox;
    private final NetworkGate gate;
    private final Optional<Connection> connection;
    private final OpenApis apis;
    private final Runnable done;
    private Budget budget;
    private boolean draining;
    private boolean releasing;
    private @Nullable Step current;

    Closing(ClientParts client, Optional<Connection> connection, OpenApis apis, Budget budget, Runnable done) {
        this.adapters = client.adapters();
        this.strand = client.strand();
        this.outbox = client.outbox();
        this.gate = client.gate();
        this.connection = connection;
        this.apis = apis;
        this.budget = budget;
        this.done = done;
    }

    private long now() {
        return adapters.env().nanos();
    }

    void begin() {
        connection.ifPresentOrElse(this::takeLeave, this::release);
    }

    /** Another caller waits: the earliest end counts. */
    void shorten(Budget other) {
        Step step = current;
        if (step != null && other.endsBefore(budget)) {
            budget = other;
            if (draining) {
                connection.ifPresent(this::drain);
            }
            step.setTimer();
        }
    }

    private void takeLeave(Connection connection) {
        draining = true;
        within(TASKS_UNTIL, () -> drain(connection), () -> {
            draining = false;
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

    private CompletionStage<@Nullable Void> drain(Connection connection) {
        return connection.drain(Duration.ofNanos((long) (budget.length().toNanos() * GRACE)));
    }

    private void release() {
        releasing = true;
        CompletionStage<@Nullable Void> records = Stages.begun(outbox::close);
        step("what waits for the network", gate::end);
        connection.ifPresent(connection -> step("the transport", connection::abandon));
        step("the API client", apis::close);
        long disk = now() + DISK.toNanos();
        LongSupplier end = () -> Math.max(budget.until(1) - disk, 0) + disk;
        within(
                new Step(
                        end,
                        outbox::tellLeft,
                        () -> within(new Step(end, Closing::warnOfDisk, this::end), this::filesReleased)),
                () -> records);
    }

    private static void warnOfDisk() {
        LOG.warn("the disk of the state directory does not answer; the client closes without it");
    }

    private CompletionStage<@Nullable Void> filesReleased() {
        return CompletableFuture.runAsync(this::releaseFiles, adapters.env().io());
    }

    /** On a thread that may block on the disk. */
    private void releaseFiles() {
        step("the models", adapters.models()::close);
        step("the store", adapters.store()::close);
        step("the pinned models", adapters.blobs()::close);
        adapters.directory().ifPresent(directory -> step("the state directory", directory::close));
    }

    /** The process may end now, and with it the timers of lines that are still to come. */
    private void end() {
        step("the log", adapters.env().pendingLines()::write);
        done.run();
    }

    /** Closes something; a failure keeps nothing else from being closed. */
    static void step(String what, Runnable close) {
        try {
            close.run();
        } catch (Throwable failure) {
            LOG.warn("closing {} failed", what, failure);
        }
    }

    private <T extends @Nullable Object> void within(
            double partOfBudget, Supplier<? extends CompletionStage<T>> work, Runnable next) {
        within(new Step(() -> budget.until(partOfBudget), () -> {}, next), work);
    }

    private <T extends @Nullable Object> void within(Step step, Supplier<? extends CompletionStage<T>> work) {
        current = step;
        step.setTimer();
        strand.when(Stages.begun(work), (ok, error) -> {
            if (error != null) {
                LOG.debug("a step of closing failed", error);
            }
            step.end();
        });
    }

    /** What cannot begin is left out: whoever waits for the end does not wait for ever. */
    private void begin(Runnable next) {
        try {
            next.run();
        } catch (Throwable fault) {
            LOG.warn("a step of closing could not begin; the client closes without it", fault);
            if (releasing) {
                end();
            } else {
                release();
            }
        }
    }

    /** Ends when its work is done, has failed, or has used up its part of the budget. Then the next one begins. */
    private final class Step {

        private final LongSupplier until;
        private final Runnable late;
        private @Nullable Runnable next;
        private Cancellable timer = () -> {};

        Step(LongSupplier until, Runnable late, Runnable next) {
            this.until = until;
            this.late = late;
            this.next = next;
        }

        void setTimer() {
            timer.cancel();
            timer = strand.after(Duration.ofNanos(until.getAsLong() - now()), () -> {
                if (next != null) {
                    late.run();
                    end();
                }
            });
        }

        void end() {
            Runnable first = next;
            next = null;
            timer.cancel();
            if (first != null) {
                current = null;
                begin(first);
            }
        }
    }
}
