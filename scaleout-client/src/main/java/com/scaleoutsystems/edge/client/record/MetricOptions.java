package com.scaleoutsystems.edge.client.record;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How one call of {@code logMetric} counts.
 *
 * @param step the step to log with, not negative; empty takes the context's next one
 * @param commit whether the next call gets the following step
 * @param checkTaskAbort whether the call throws when the task was asked to stop
 * @param context where the metrics belong; empty takes that of the calling thread's task
 */
public record MetricOptions(
        OptionalInt step, boolean commit, boolean checkTaskAbort, Optional<LoggingContext> context) {

    private static final MetricOptions DEFAULTS = new MetricOptions(OptionalInt.empty(), true, true, Optional.empty());

    /**
     * Refuses a negative step.
     *
     * @param step the step to log with, not negative; empty takes the context's next one
     * @param commit whether the next call gets the following step
     * @param checkTaskAbort whether the call throws when the task was asked to stop
     * @param context where the metrics belong; empty takes that of the calling thread's task
     */
    public MetricOptions {
        if (step.isPresent() && step.getAsInt() < 0) {
            throw new IllegalArgumentException("step is " + step.getAsInt() + "; it must not be negative");
        }
    }

    /**
     * The context's next step, committed, with abort check, in the calling thread's context.
     *
     * @return the defaults
     */
    public static MetricOptions defaults() {
        return DEFAULTS;
    }

    /**
     * These options at a step of the caller's choice.
     *
     * @param value the step, not negative
     * @return the changed copy
     */
    public MetricOptions withStep(int value) {
        return new MetricOptions(OptionalInt.of(value), commit, checkTaskAbort, context);
    }

    /**
     * These options with another choice of commit.
     *
     * @param value false to log more at the same step
     * @return the changed copy
     */
    public MetricOptions withCommit(boolean value) {
        return new MetricOptions(step, value, checkTaskAbort, context);
    }

    /**
     * These options with the abort check on or off.
     *
     * @param value whether to check
     * @return the changed copy
     */
    public MetricOptions withCheckTaskAbort(boolean value) {
        return new MetricOptions(step, commit, value, context);
    }

    /**
     * These options in another context.
     *
     * @param value where the metrics belong
     * @return the changed copy
     */
    public MetricOptions withContext(LoggingContext value) {
        return new MetricOptions(step, commit, checkTaskAbort, Optional.of(value));
    }
}
