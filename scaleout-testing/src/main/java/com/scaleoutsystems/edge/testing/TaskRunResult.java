package com.scaleoutsystems.edge.testing;

import com.scaleoutsystems.edge.client.internal.local.LocalClient;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of a {@link TaskRun}: what a server would have received from the client, and what the callback did. Immutable.
 *
 * <p>{@link EdgeAssertions#assertThat(TaskRunResult)} checks it.
 *
 * @since 0.1.0
 */
public final class TaskRunResult {

    private final LocalClient.End end;
    private final Optional<ScaleoutModel> input;
    private final Optional<ScaleoutModel> model;
    private final Optional<AbortReason> abortReason;
    private final Optional<Throwable> failure;
    private final List<Double> progress;
    private final List<Delivery> receipts;
    private final long keptOffline;
    private final boolean stillRunning;
    private final SentRecords sent;

    private TaskRunResult(
            LocalClient.End end,
            Observation seen,
            Optional<ScaleoutModel> input,
            Optional<ScaleoutModel> model,
            SentRecords sent) {
        this.end = end;
        this.input = input;
        this.model = model;
        this.sent = sent;
        abortReason = seen.abortReason();
        failure = seen.failure();
        progress = seen.progress();
        receipts = seen.receipts();
        keptOffline = seen.keptOffline();
        stillRunning = seen.isRunning();
    }

    static TaskRunResult of(
            String clientId, LocalClient client, LocalClient.End end, Observation seen, Optional<ScaleoutModel> input) {
        SentRecords sent = new SentRecords(clientId, client.records());
        Optional<ScaleoutModel> model =
                sent.first(RecordBody.ModelUpdate.class).flatMap(update -> client.model(update.updateId()));
        return new TaskRunResult(end, seen, input.map(ScaleoutModel::share), model, sent);
    }

    /**
     * How the task ended.
     *
     * @return COMPLETED, FAILED, or INTERRUPTED if it was aborted
     */
    public TaskStatus status() {
        return end.status();
    }

    /**
     * Why the task failed or was aborted, as the server is told.
     *
     * @return the reason; empty if the task was completed
     */
    public String reason() {
        return Responses.reason(end.response());
    }

    /**
     * Why the callback was asked to stop.
     *
     * @return the reason; empty if it was not asked
     */
    public Optional<AbortReason> abortReason() {
        return abortReason;
    }

    /**
     * What the callback threw.
     *
     * @return the exception or error; empty if the callback has returned or did not run
     */
    public Optional<Throwable> failure() {
        return failure;
    }

    /**
     * Whether the task ended while its callback was still running: the callback ignored the abort and the interrupt.
     *
     * @return true if the callback is stuck
     */
    public boolean isStuck() {
        return stillRunning;
    }

    /**
     * The trained model that the client sent.
     *
     * @return a new handle, for the caller to close; empty if the client sent no model
     */
    public Optional<ScaleoutModel> model() {
        return model.map(ScaleoutModel::share);
    }

    /**
     * The parameters of the trained model that the client sent.
     *
     * @return the parameters
     * @throws AssertionError if the client sent no model
     */
    public ModelParameters parameters() {
        return model.orElseThrow(() -> new AssertionError("the client sent no model: the task ended as " + this))
                .modelParameters();
    }

    /** The model that the callback received. */
    Optional<ScaleoutModel> input() {
        return input;
    }

    /**
     * The metadata of the trained model.
     *
     * @return what the update holds under {@code training_metadata}, such as {@code num_examples}; empty if the client sent no model
     */
    public Map<String, Object> trainingMetadata() {
        return sent.first(RecordBody.ModelUpdate.class)
                .map(update -> Responses.object(update.metadata()))
                .map(metadata -> metadata.get("training_metadata"))
                .map(Responses::map)
                .orElseGet(Map::of);
    }

    /**
     * The values of a validation or a prediction, as the server reads them: NaN and infinities are null.
     *
     * @return the values by name; empty if the client sent none
     */
    public Map<String, @Nullable Object> values() {
        return sent.first(RecordBody.Validation.class)
                .map(RecordBody.Validation::data)
                .or(() -> sent.first(RecordBody.Prediction.class).map(RecordBody.Prediction::data))
                .map(Responses::object)
                .orElseGet(Map::of);
    }

    /**
     * The answer of a custom task, as the server reads it.
     *
     * @return a number, text, boolean, list or map of these; null if the task has no answer
     */
    public @Nullable Object answer() {
        return status() == TaskStatus.COMPLETED ? LocalClient.parse(end.response()) : null;
    }

    /**
     * The metrics that the client sent.
     *
     * @return the records in the order of their arrival
     */
    public List<Recorded.Metric> metrics() {
        return sent.metrics();
    }

    /**
     * The values of one metric.
     *
     * @param name its name
     * @return its values in the order of their arrival; empty if there are none
     */
    public List<Float> metric(String name) {
        return metrics().stream()
                .map(metric -> metric.values().get(name))
                .filter(value -> value != null)
                .toList();
    }

    /**
     * The telemetry that the client sent.
     *
     * @return the records in the order of their arrival
     */
    public List<Recorded.Telemetry> telemetry() {
        return sent.telemetry();
    }

    /**
     * The attributes that the client sent.
     *
     * @return the records in the order of their arrival
     */
    public List<Recorded.Attribute> attributes() {
        return sent.attributes();
    }

    /**
     * The results of inference that the client sent.
     *
     * @return the records in the order of their arrival
     */
    public List<Recorded.InferenceResult> inferenceResults() {
        return sent.inferenceResults();
    }

    /**
     * The lines that the client added to the session log: those of the callback, and its own about the task.
     *
     * @return the lines in the order of their arrival
     */
    public List<Recorded.Status> statuses() {
        return sent.statuses();
    }

    /**
     * The progress that the callback reported.
     *
     * @return the fractions in the order of the calls
     */
    public List<Double> progress() {
        return progress;
    }

    /**
     * The receipts that the callback got for what it logged. Their outcomes are known.
     *
     * @return the receipts in the order of the calls
     */
    public List<Delivery> receipts() {
        return receipts;
    }

    /**
     * How many receipts of an {@linkplain TaskRun#offline() offline} run said, when the callback returned, that the client keeps the
     * record and the server does not have it yet.
     *
     * @return the number; zero if the run was not offline
     */
    public long keptOffline() {
        return keptOffline;
    }

    @Override
    public String toString() {
        String why = reason();
        return why.isEmpty() ? status().toString() : status() + " (" + why + ")";
    }
}
