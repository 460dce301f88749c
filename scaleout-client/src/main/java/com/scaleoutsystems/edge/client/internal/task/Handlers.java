package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.task.LaneSettings;
import com.scaleoutsystems.edge.client.task.TaskKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Finds for each task who handles it, in which lane, and for how long. Lives on the client's strand. */
final class Handlers {

    /**
     * What handlers need of the rest.
     *
     * @param claimUpdateId takes an id for an update; false if it was taken before
     * @param staged takes note of a staged model
     * @param bareParameters whether the combiner sends parameters bare, as generation 1.0 does
     * @param othersAtHand whether the client has tasks
     * @param abortOthers takes no more tasks and asks all to stop
     */
    record Needs(
            Env env,
            HostLog log,
            Predicate<String> claimUpdateId,
            Consumer<String> staged,
            BooleanSupplier bareParameters,
            BooleanSupplier othersAtHand,
            Runnable abortOthers) {}

    /** What becomes of a task. */
    record Choice(TaskHandler handler, Lane lane, Optional<Duration> timeLimit) {}

    private final Callbacks callbacks;
    private final TaskSettings settings;
    private final Needs needs;
    private final Map<TaskKind, Lane> lanes;

    private final Lane restarts = unlimitedLane("restart");
    private final Lane autonomous = unlimitedLane("autonomous");

    Handlers(Callbacks callbacks, TaskSettings settings, Needs needs) {
        this.callbacks = callbacks;
        this.settings = settings;
        this.needs = needs;
        this.lanes = lanes(settings);
    }

    /** A lane in which no task waits for another. */
    private static Lane unlimitedLane(String name) {
        return new Lane(LaneSettings.of(name).withWidth(Integer.MAX_VALUE), 0);
    }

    private static Map<TaskKind, Lane> lanes(TaskSettings settings) {
        Map<String, LaneSettings> byName = new HashMap<>();
        settings.lanes().values().forEach(lane -> byName.merge(lane.name(), lane, Handlers::merged));
        Map<String, Lane> made = new HashMap<>();
        byName.forEach((name, lane) -> made.put(name, new Lane(lane, settings.maxWaitingTasks())));
        Map<TaskKind, Lane> lanes = new EnumMap<>(TaskKind.class);
        settings.lanes().forEach((kind, lane) -> {
            Lane shared = made.get(lane.name());
            if (shared != null) {
                lanes.put(kind, shared);
            }
        });
        return lanes;
    }

    /** Two kinds that share a lane mean the same one: the wider, with the lock file of whichever has one. */
    private static LaneSettings merged(LaneSettings one, LaneSettings other) {
        LaneSettings wider = one.width() >= other.width() ? one : other;
        return one.lockFile().or(other::lockFile).map(wider::withLockFile).orElse(wider);
    }

    /** Whether any lane would take a task. */
    boolean hasRoom() {
        return lanes.values().stream().anyMatch(Lane::hasRoom);
    }

    /** Whether a lane gave up, since too many callbacks are stuck in it. */
    boolean isBlocked() {
        return lanes.values().stream().anyMatch(Lane::isBlocked);
    }

    /** Where tasks run that the host starts. */
    Lane autonomousLane() {
        return autonomous;
    }

    /**
     * Who handles a task.
     *
     * @throws EdgeException if nobody does
     */
    Choice of(TaskRequest request) {
        if (request.type().equals(TaskTypes.RESTART)) {
            return new Choice(
                    new RestartHandler(callbacks.restart(), needs.othersAtHand(), needs.abortOthers()),
                    restarts,
                    Optional.empty());
        }
        TaskKind kind = TaskTypes.kindOf(request.type())
                .orElseThrow(
                        () -> new EdgeException(ErrorCode.UNIMPLEMENTED, "unknown task type '" + request.type() + "'"));
        Lane lane = lanes.get(kind);
        if (lane == null) {
            throw new IllegalStateException("no lane for " + kind);
        }
        return new Choice(
                handler(kind, request),
                lane,
                Optional.ofNullable(settings.timeLimits().get(kind)));
    }

    private TaskHandler handler(TaskKind kind, TaskRequest request) {
        return switch (kind) {
            case TRAIN ->
                new TrainHandler(
                        callbacks.train().orElseThrow(() -> missing("train", "onTrain")),
                        needs.env(),
                        needs.log(),
                        needs.claimUpdateId());
            case VALIDATE ->
                new ValidateHandler(
                        callbacks.validate().orElseThrow(() -> missing("validate", "onValidate")),
                        needs.env(),
                        needs.log());
            case PREDICT -> predictHandler();
            case INFERENCE ->
                new InferenceHandler(callbacks.inference().orElseThrow(() -> missing("inference", "onInference")));
            case STAGE -> new StageHandler(callbacks.stage(), needs.staged());
            case CUSTOM ->
                new CustomHandler(
                        callbacks
                                .customOf(request.type())
                                .orElseThrow(
                                        () -> new EdgeException(
                                                ErrorCode.UNIMPLEMENTED,
                                                "unknown task type '" + request.type()
                                                        + "': this client has no such custom callback; set one with onCustom(...)")),
                        needs.log(),
                        needs.bareParameters().getAsBoolean());
        };
    }

    PredictHandler predictHandler() {
        return new PredictHandler(
                callbacks.predict().orElseThrow(() -> missing("predict", "onPredict")), needs.env(), needs.log());
    }

    static EdgeException missing(String callback, String setter) {
        return new EdgeException(
                ErrorCode.FAILED_PRECONDITION,
                "this client has no " + callback + " callback; set one with " + setter + "(...)");
    }
}
