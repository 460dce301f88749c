package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.internal.NamedValues;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended, and how long it took. The client measures the times itself, with a monotonic clock. Immutable: each {@code with…}
 * method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class TaskSummary {

    private final Values values;

    private TaskSummary(Values values) {
        this.values = values;
    }

    private TaskSummary changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new TaskSummary(copy);
    }

    /** The values. An summary never changes the object that it was made with. */
    private static final class Values {

        final TaskStatus status;
        final String reason;

        @Nullable
        Duration callbackTime;

        @Nullable
        Duration totalTime;

        Values(TaskStatus status, String reason) {
            this.status = status;
            this.reason = reason;
        }

        Values(Values other) {
            status = other.status;
            reason = other.reason;
            callbackTime = other.callbackTime;
            totalTime = other.totalTime;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("status", status)
                    .with("reason", reason)
                    .with("callbackTime", callbackTime)
                    .with("totalTime", totalTime);
        }
    }

    /**
     * The summary of a task whose times are unknown.
     *
     * @param status COMPLETED, FAILED or INTERRUPTED
     * @param reason why it failed or was interrupted; empty when completed
     * @return the summary
     */
    public static TaskSummary of(TaskStatus status, String reason) {
        return new TaskSummary(
                new Values(Objects.requireNonNull(status, "status"), Objects.requireNonNull(reason, "reason")));
    }

    /**
     * How the task ended.
     *
     * @return COMPLETED, FAILED or INTERRUPTED
     */
    public TaskStatus status() {
        return values.status;
    }

    /**
     * Why the task failed or was interrupted, as text for people.
     *
     * @return the reason; empty when completed
     */
    public String reason() {
        return values.reason;
    }

    /**
     * How long the callback ran. If the callback ignored its abort and still runs, it is the time until the client went on without it.
     * A wait for a thread of the program's executor is not part of it.
     *
     * @return the time; empty if the client did not call the callback in this process
     */
    public Optional<Duration> callbackTime() {
        return Optional.ofNullable(values.callbackTime);
    }

    /**
     * Sets how long the callback ran.
     *
     * @param value the time
     * @return the changed copy
     */
    public TaskSummary withCallbackTime(Duration value) {
        return changed(copy -> copy.callbackTime = Objects.requireNonNull(value, "callbackTime"));
    }

    /**
     * How long the task took in all, from the moment when the client accepted it: the wait for its lane, the transfers of models and the
     * delivery of the result count, too.
     *
     * @return the time; empty if the client refused the task, or if an earlier process accepted it
     */
    public Optional<Duration> totalTime() {
        return Optional.ofNullable(values.totalTime);
    }

    /**
     * Sets how long the task took in all.
     *
     * @param value the time
     * @return the changed copy
     */
    public TaskSummary withTotalTime(Duration value) {
        return changed(copy -> copy.totalTime = Objects.requireNonNull(value, "totalTime"));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TaskSummary that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "TaskSummary" + values.named();
    }
}
