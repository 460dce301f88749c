package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.client.internal.check.Durations;
import com.scaleoutsystems.edge.internal.NamedValues;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the client takes and runs tasks. Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class TaskSettings {

    private static final String COMPUTE = "compute";
    private static final int CUSTOM_TASKS = 4;

    private static final TaskSettings DEFAULTS = new TaskSettings(new Values());

    private final Values values;

    private TaskSettings(Values values) {
        this.values = values;
    }

    private TaskSettings changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new TaskSettings(copy);
    }

    /** The values with their defaults. An object of settings never changes the object that it was made with. */
    private static final class Values {

        TaskArrival arrival = TaskArrival.POLLED;
        Duration pollInterval = Duration.ofSeconds(5);
        Duration activePollInterval = Duration.ofMillis(250);
        Duration activeTime = Duration.ofSeconds(60);
        int maxWaitingTasks = 256;
        Duration abortGrace = Duration.ofSeconds(5);
        Map<TaskKind, LaneSettings> lanes = defaultLanes();
        Map<TaskKind, Duration> timeLimits = Map.of();
        boolean runsAgainAfterRestart = false;
        CallbackThreads callbackThreads = CallbackThreads.platform();

        Values() {}

        Values(Values other) {
            arrival = other.arrival;
            pollInterval = other.pollInterval;
            activePollInterval = other.activePollInterval;
            activeTime = other.activeTime;
            maxWaitingTasks = other.maxWaitingTasks;
            abortGrace = other.abortGrace;
            lanes = other.lanes;
            timeLimits = other.timeLimits;
            runsAgainAfterRestart = other.runsAgainAfterRestart;
            callbackThreads = other.callbackThreads;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("arrival", arrival)
                    .with("pollInterval", pollInterval)
                    .with("activePollInterval", activePollInterval)
                    .with("activeTime", activeTime)
                    .with("maxWaitingTasks", maxWaitingTasks)
                    .with("abortGrace", abortGrace)
                    .with("lanes", lanes)
                    .with("timeLimits", timeLimits)
                    .with("runsAgainAfterRestart", runsAgainAfterRestart)
                    .with("callbackThreads", callbackThreads);
        }
    }

    /**
     * A poll every 5 s as in the reference client, every 250 ms for 60 s after a task came or ended; 256 waiting tasks; 5 s of
     * grace; training and validation share a lane for one callback at a time, up to 4 custom tasks run at the same time, all
     * other kinds run one by one; no time limits; no task runs again after a restart; a platform thread for each
     * callback.
     *
     * @return the defaults
     */
    public static TaskSettings defaults() {
        return DEFAULTS;
    }

    /**
     * How tasks reach the client.
     *
     * @return polled or pushed
     */
    public TaskArrival arrival() {
        return values.arrival;
    }

    /**
     * Changes how tasks reach the client.
     *
     * @param value polled or pushed
     * @return the changed copy
     */
    public TaskSettings withArrival(TaskArrival value) {
        return changed(copy -> copy.arrival = Objects.requireNonNull(value, "arrival"));
    }

    /**
     * Time from the start of one poll to the next while nothing happens. When a task ends the client polls at once.
     *
     * @return the interval
     */
    public Duration pollInterval() {
        return values.pollInterval;
    }

    /**
     * Changes the poll interval.
     *
     * @param value the interval while nothing happens
     * @return the changed copy
     */
    public TaskSettings withPollInterval(Duration value) {
        return changed(copy -> copy.pollInterval = Durations.requirePositive("pollInterval", value));
    }

    /**
     * Time from the start of one poll to the next while a session is active.
     *
     * @return the interval, never longer than {@link #pollInterval()}
     */
    public Duration activePollInterval() {
        return values.activePollInterval.compareTo(values.pollInterval) > 0
                ? values.pollInterval
                : values.activePollInterval;
    }

    /**
     * Changes the poll interval for active sessions.
     *
     * @param value the interval; if it is longer than {@link #pollInterval()}, that one applies
     * @return the changed copy
     */
    public TaskSettings withActivePollInterval(Duration value) {
        return changed(copy -> copy.activePollInterval = Durations.requirePositive("activePollInterval", value));
    }

    /**
     * How long after a task came or ended a session counts as active.
     *
     * @return the time
     */
    public Duration activeTime() {
        return values.activeTime;
    }

    /**
     * Changes how long a session counts as active.
     *
     * @param value the time after a task came or ended
     * @return the changed copy
     */
    public TaskSettings withActiveTime(Duration value) {
        return changed(copy -> copy.activeTime = Durations.requirePositive("activeTime", value));
    }

    /**
     * How many tasks may wait for a free lane. The client answers further ones FAILED, {@code busy}.
     *
     * @return the limit
     */
    public int maxWaitingTasks() {
        return values.maxWaitingTasks;
    }

    /**
     * Changes the limit of waiting tasks.
     *
     * @param value the limit; 0 or more
     * @return the changed copy
     */
    public TaskSettings withMaxWaitingTasks(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("maxWaitingTasks is " + value + "; it must not be negative");
        }
        return changed(copy -> copy.maxWaitingTasks = value);
    }

    /**
     * How long an aborted callback may take to react before the client interrupts its thread, and how long after that before the client
     * reports the combiner INTERRUPTED while the callback goes on.
     *
     * @return the grace
     */
    public Duration abortGrace() {
        return values.abortGrace;
    }

    /**
     * Changes the grace for aborted callbacks.
     *
     * @param value the grace
     * @return the changed copy
     */
    public TaskSettings withAbortGrace(Duration value) {
        return changed(copy -> copy.abortGrace = Durations.requirePositive("abortGrace", value));
    }

    /**
     * The lane in which callbacks of each kind run.
     *
     * @return a lane for every kind
     */
    public Map<TaskKind, LaneSettings> lanes() {
        return values.lanes;
    }

    /**
     * How long a callback of a kind may run before the client aborts it.
     *
     * @return the limits; a kind without an entry has none
     */
    public Map<TaskKind, Duration> timeLimits() {
        return values.timeLimits;
    }

    /**
     * What happens to a task that ran when the process ended.
     *
     * @return true if the next process runs it again; false if it answers FAILED, {@code client restarted}
     */
    public boolean runsAgainAfterRestart() {
        return values.runsAgainAfterRestart;
    }

    /**
     * Changes what happens to a task that ran when the process ended.
     *
     * @param value whether the next process runs it again
     * @return the changed copy
     */
    public TaskSettings withRunsAgainAfterRestart(boolean value) {
        return changed(copy -> copy.runsAgainAfterRestart = value);
    }

    private static Map<TaskKind, LaneSettings> defaultLanes() {
        Map<TaskKind, LaneSettings> lanes = new EnumMap<>(TaskKind.class);
        for (TaskKind kind : TaskKind.values()) {
            lanes.put(kind, defaultLane(kind));
        }
        return Collections.unmodifiableMap(lanes);
    }

    private static LaneSettings defaultLane(TaskKind kind) {
        return switch (kind) {
            case TRAIN, VALIDATE -> LaneSettings.of(COMPUTE);
            case CUSTOM -> lane(kind).withWidth(CUSTOM_TASKS);
            default -> lane(kind);
        };
    }

    private static LaneSettings lane(TaskKind kind) {
        return LaneSettings.of(kind.name().toLowerCase(Locale.ROOT));
    }

    /**
     * Changes the lane of a kind of task.
     *
     * @param kind the kind
     * @param lane its lane
     * @return the changed copy
     */
    public TaskSettings withLane(TaskKind kind, LaneSettings lane) {
        Map<TaskKind, LaneSettings> lanes = new EnumMap<>(values.lanes);
        lanes.put(kind, Objects.requireNonNull(lane, "lane"));
        return changed(copy -> copy.lanes = Collections.unmodifiableMap(lanes));
    }

    /**
     * Sets a time limit for a kind of task.
     *
     * @param kind the kind
     * @param limit how long its callback may run before the client aborts it
     * @return the changed copy
     */
    public TaskSettings withTimeLimit(TaskKind kind, Duration limit) {
        Map<TaskKind, Duration> limits = new EnumMap<>(TaskKind.class);
        limits.putAll(values.timeLimits);
        Objects.requireNonNull(kind, "kind is null");
        limits.put(kind, Durations.requirePositive("the time limit of " + kind, limit));
        return changed(copy -> copy.timeLimits = Collections.unmodifiableMap(limits));
    }

    /**
     * Removes the time limit of a kind of task.
     *
     * @param kind the kind
     * @return the changed copy
     */
    public TaskSettings withoutTimeLimit(TaskKind kind) {
        Map<TaskKind, Duration> limits = new EnumMap<>(TaskKind.class);
        limits.putAll(values.timeLimits);
        limits.remove(kind);
        return changed(copy -> copy.timeLimits = Collections.unmodifiableMap(limits));
    }

    /**
     * On which threads callbacks run.
     *
     * @return the threads; by default a platform thread for each callback
     */
    public CallbackThreads callbackThreads() {
        return values.callbackThreads;
    }

    /**
     * Changes on which threads callbacks run. Callbacks of {@code runInference} and {@code predictGlobalModel} always run on the thread of
     * their caller.
     *
     * @param value the threads
     * @return the changed copy
     */
    public TaskSettings withCallbackThreads(CallbackThreads value) {
        return changed(copy -> copy.callbackThreads = Objects.requireNonNull(value, "callbackThreads"));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TaskSettings that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "TaskSettings" + values.named();
    }
}
