package com.scaleoutsystems.edge.client.simulation.world;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What all combiners of the network have in common: rounds of training and validation, models, and what clients have sent. */
final class WorldServer {

    /** A task that the client does not report is handed out again after this time: the answer that brought it may be lost. */
    private static final long REPEAT = Duration.ofMinutes(3).toNanos();

    private static final int MOST_OPEN = 3;

    private static final Map<String, ScaleoutModel> MODELS = new ConcurrentHashMap<>();

    /** A task, and what the server knows of it. */
    private static final class Task {

        private final TaskRequest request;
        private final boolean trains;
        private long toldOf = Long.MIN_VALUE;
        private int told;
        private @Nullable String end;
        private @Nullable String stop;

        Task(TaskRequest request, boolean trains) {
            this.request = request;
            this.trains = trains;
        }

        String id() {
            return request.correlationId();
        }
    }

    private final SimulatedDay day;
    private final SplittableRandom random;
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final List<Task> open = new ArrayList<>();
    private final Map<String, ScaleoutModel> models = new HashMap<>();

    /** The result of each task, as it came first. */
    private final Map<String, RecordBody> results = new HashMap<>();

    /** What came under each record's id. */
    private final Map<String, RecordBody> records = new HashMap<>();

    private final Map<String, Integer> uploads = new HashMap<>();
    private String latestModel = "model-0";
    private int round;
    private long lastPoll;

    WorldServer(SimulatedDay day, SplittableRandom random) {
        this.day = day;
        this.random = random;
        models.put(latestModel, model(latestModel, 0));
    }

    /** A small model. All days have the same ones. */
    static ScaleoutModel model(String id, float value) {
        return MODELS.computeIfAbsent(
                        id,
                        absent -> ScaleoutModel.builder()
                                .modelId(id)
                                .trainingModel(ModelParameters.of(Tensor.ofFloats(new float[] {value, value}, 2)))
                                .build())
                .share();
    }

    /** When the client has polled last. */
    long lastPoll() {
        return lastPoll;
    }

    boolean has(String recordId) {
        return records.containsKey(recordId);
    }

    /** How a task has ended, as far as the server knows. */
    @Nullable
    String endOf(String task) {
        return tasks.get(task).end;
    }

    boolean hasResultOf(String task) {
        return results.containsKey(task);
    }

    /** The tasks that have not ended. */
    List<String> openTasks() {
        return open.stream().map(Task::id).toList();
    }

    /** Another round begins, unless the client has enough to do. */
    void nextRound() {
        if (open.size() < MOST_OPEN) {
            train();
        }
    }

    /** Hands out a training, and a validation when it is done. */
    String train() {
        String id = "train-" + ++round;
        add(id, "Scaleout_ModelUpdate", latestModel, true);
        return id;
    }

    private void add(String id, String type, String modelId, boolean trains) {
        Task task = new Task(
                TaskRequest.of(id, type)
                        .withModelId(modelId)
                        .withSessionId("session")
                        .withRoundId(String.valueOf(round))
                        .withData("{\"client_settings\": {}}"),
                trains);
        tasks.put(id, task);
        open.add(task);
        day.note("server", () -> "has task " + id + " for the client");
    }

    /** Wants a task to stop: one of those that have not ended, or the one that ended last. */
    void stopTask(int which) {
        if (!tasks.isEmpty()) {
            Task task = open.isEmpty()
                    ? new ArrayList<>(tasks.values()).get(tasks.size() - 1)
                    : open.get(which % open.size());
            task.stop = which % 2 == 0 ? "INTERRUPTED" : "TIMEOUT";
            day.note("server", () -> "wants task " + task.id() + " to stop");
        }
    }

    List<TaskRequest> polled(CombinerTransport.Poll poll) {
        long now = day.time().now();
        lastPoll = now;
        for (TaskReport report : poll.reports()) {
            reported(report, now);
        }
        List<TaskRequest> handedOut = new ArrayList<>();
        for (Task task : List.copyOf(open)) {
            if (task.stop != null) {
                handedOut.add(task.request.withStatus(task.stop));
                task.stop = null;
            } else if (!poll.skipTasks() && (task.toldOf == Long.MIN_VALUE || now - task.toldOf > REPEAT)) {
                handedOut.add(task.request);
                task.toldOf = now;
            }
        }
        if (day.strikes(Fault.Kind.REPEAT_TASKS) && !tasks.isEmpty()) {
            List<Task> all = new ArrayList<>(tasks.values());
            for (int i = 0; i < 3; i++) {
                handedOut.add(all.get(all.size() - 1 - random.nextInt(Math.min(12, all.size()))).request);
            }
            Collections.shuffle(handedOut, new Random(random.nextLong()));
        }
        return handedOut;
    }

    private void reported(TaskReport report, long now) {
        Task task = tasks.get(report.correlationId());
        if (task == null) {
            throw day.checks().violated("only known tasks are reported", "task " + report.correlationId());
        }
        task.toldOf = now;
        if (!report.done()) {
            return;
        }
        String end = report.status();
        day.checks().told(task.id(), ++task.told);
        if (task.end == null) {
            task.end = end;
            open.remove(task);
            day.note("server", () -> "hears that " + task.id() + " is " + end + " " + report.response());
            day.checks().ended(task.id(), end, report.response());
            goOn(task, end);
        } else if (!task.end.equals(end)) {
            day.checks().endsDiffer(task.id(), task.end, end);
        }
    }

    private void goOn(Task task, String end) {
        if (task.trains && end.equals("COMPLETED") && results.get(task.id()) instanceof RecordBody.ModelUpdate update) {
            if (models.containsKey(update.updateId())) {
                latestModel = update.updateId();
            }
            add(task.id().replace("train", "validate"), "Scaleout_Validation", latestModel, false);
        }
    }

    ScaleoutModel model(String id) {
        ScaleoutModel model = models.get(id);
        if (model == null) {
            throw new EdgeException(ErrorCode.NOT_FOUND, "no model " + id);
        }
        return model;
    }

    /** How often a model was uploaded. */
    int uploads(String modelId) {
        return uploads.getOrDefault(modelId, 0);
    }

    void uploaded(ScaleoutModel model) {
        uploads.merge(model.modelId(), 1, Integer::sum);
        models.put(model.modelId(), model);
    }

    /** Takes a record that came. */
    void take(String recordId, RecordBody record) {
        if (record instanceof RecordBody.ModelUpdate update) {
            if (day.strikes(Fault.Kind.LOSE_MODELS)) {
                models.remove(update.updateId());
            }
            if (!models.containsKey(update.updateId())) {
                throw new EdgeException(ErrorCode.NOT_FOUND, "update " + update.updateId() + " was not uploaded");
            }
            result(update.correlationId(), alike(update));
        } else if (record instanceof RecordBody.Validation validation) {
            result(validation.correlationId(), record);
        }
        RecordBody former = records.putIfAbsent(recordId, alike(record));
        if (former != null && !former.equals(alike(record))) {
            day.checks()
                    .violated("repeats are identical", "record " + recordId + " was " + former + " and is " + record);
        }
    }

    private void result(String task, RecordBody result) {
        RecordBody former = results.putIfAbsent(task, result);
        day.checks().result(task, endOf(task));
        if (former == null) {
            day.note("server", () -> "has the result of " + task);
        } else if (!former.equals(result)) {
            day.checks().resultsDiffer(task, former, result);
        }
    }

    /** Each attempt may measure its own upload. */
    private static RecordBody alike(RecordBody record) {
        return record instanceof RecordBody.ModelUpdate update ? update.uploadedIn(0) : record;
    }
}
