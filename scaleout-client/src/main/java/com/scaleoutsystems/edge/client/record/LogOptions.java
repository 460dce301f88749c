package com.scaleoutsystems.edge.client.record;

import com.scaleoutsystems.edge.internal.NamedValues;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How one call logs. Immutable: each {@code with…} method returns a changed copy. Each option names the methods that use it. The
 * other methods ignore it, so several methods can share the same options.
 *
 * @since 0.1.0
 */
public final class LogOptions {

    private static final LogOptions DEFAULTS = new LogOptions(new Values());

    private final Values values;

    private LogOptions(Values values) {
        this.values = values;
    }

    private LogOptions changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new LogOptions(copy);
    }

    /** The values with their defaults. Options never change the object that they were made with. */
    private static final class Values {

        @Nullable
        String priorityClass;

        boolean checkTaskAbort = true;

        @Nullable
        Integer step;

        boolean commit = true;

        @Nullable
        LoggingContext loggingContext;

        @Nullable
        InferenceContext inferenceContext;

        String statusType = "";

        Values() {}

        Values(Values other) {
            priorityClass = other.priorityClass;
            checkTaskAbort = other.checkTaskAbort;
            step = other.step;
            commit = other.commit;
            loggingContext = other.loggingContext;
            inferenceContext = other.inferenceContext;
            statusType = other.statusType;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("priorityClass", priorityClass)
                    .with("checkTaskAbort", checkTaskAbort)
                    .with("step", step)
                    .with("commit", commit)
                    .with("loggingContext", loggingContext)
                    .with("inferenceContext", inferenceContext)
                    .with("statusType", statusType);
        }
    }

    /**
     * The class of the record's kind, with abort check, at the context's next step, committed, in the context of the task.
     *
     * @return the defaults
     */
    public static LogOptions defaults() {
        return DEFAULTS;
    }

    /**
     * These options with a priority class. For all methods.
     *
     * @param value the name of the class, such as {@link PriorityClass#ALERT}. Records that name a class which does not exist have the
     *     lowest priority
     * @return the changed copy
     */
    public LogOptions withPriorityClass(String value) {
        Objects.requireNonNull(value, "priorityClass");
        return changed(copy -> copy.priorityClass = value);
    }

    /**
     * These options with the abort check on or off. With the check, which is the default, a call throws if its task was aborted. For
     * metrics, telemetry and attributes; the other methods never check.
     *
     * @param value whether to check
     * @return the changed copy
     */
    public LogOptions withCheckTaskAbort(boolean value) {
        return changed(copy -> copy.checkTaskAbort = value);
    }

    /**
     * These options at a step of the caller's choice in place of the context's next one. For metrics.
     *
     * @param value the step, not negative
     * @return the changed copy
     */
    public LogOptions withStep(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("step is " + value + "; it must not be negative");
        }
        return changed(copy -> copy.step = value);
    }

    /**
     * These options with another choice of commit. After a call that commits, which is the default, the context's step grows by one. For
     * metrics.
     *
     * @param value false to log more at the same step
     * @return the changed copy
     */
    public LogOptions withCommit(boolean value) {
        return changed(copy -> copy.commit = value);
    }

    /**
     * These options in another context than that of the task. For metrics.
     *
     * @param value where the metrics belong
     * @return the changed copy
     */
    public LogOptions withContext(LoggingContext value) {
        Objects.requireNonNull(value, "context");
        return changed(copy -> copy.loggingContext = value);
    }

    /**
     * These options in another context than that of the task. For inference results.
     *
     * @param value where the results belong
     * @return the changed copy
     */
    public LogOptions withContext(InferenceContext value) {
        Objects.requireNonNull(value, "context");
        return changed(copy -> copy.inferenceContext = value);
    }

    /**
     * These options with a type. For status lines.
     *
     * @param value what the line is about, such as MODEL_UPDATE; may be empty
     * @return the changed copy
     */
    public LogOptions withStatusType(String value) {
        Objects.requireNonNull(value, "statusType");
        return changed(copy -> copy.statusType = value);
    }

    /**
     * The priority class, if it is not that of the record's kind.
     *
     * @return the name of the class, if one was given
     */
    public Optional<String> priorityClass() {
        return Optional.ofNullable(values.priorityClass);
    }

    /**
     * Whether a call throws if its task was aborted.
     *
     * @return true by default
     */
    public boolean checkTaskAbort() {
        return values.checkTaskAbort;
    }

    /**
     * The step to log at, if it is not the context's next one.
     *
     * @return the step, if one was given
     */
    public OptionalInt step() {
        Integer given = values.step;
        return given == null ? OptionalInt.empty() : OptionalInt.of(given);
    }

    /**
     * Whether the context's step grows by one after the call.
     *
     * @return true by default
     */
    public boolean commit() {
        return values.commit;
    }

    /**
     * Where metrics belong, if not to the task.
     *
     * @return the context, if one was given
     */
    public Optional<LoggingContext> loggingContext() {
        return Optional.ofNullable(values.loggingContext);
    }

    /**
     * Where inference results belong, if not to the task.
     *
     * @return the context, if one was given
     */
    public Optional<InferenceContext> inferenceContext() {
        return Optional.ofNullable(values.inferenceContext);
    }

    /**
     * What a status line is about.
     *
     * @return the type; empty by default
     */
    public String statusType() {
        return values.statusType;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LogOptions that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "LogOptions" + values.named();
    }
}
