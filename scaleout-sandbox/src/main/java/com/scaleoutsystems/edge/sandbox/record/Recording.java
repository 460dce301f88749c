package com.scaleoutsystems.edge.sandbox.record;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.sandbox.internal.core.Changes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Everything that clients sent to a sandbox, in the order of its arrival.
 *
 * <p>Safe for use by many threads. Queries give snapshots; the {@code await} methods wait until something has come and
 * never miss what came before they were called. All is kept in memory until {@link #clear()}, and stays readable after
 * the sandbox was closed.
 */
public final class Recording {
    private final Changes changes;
    private final List<RecordedCall> calls = new ArrayList<>();
    private final Map<Class<? extends Recorded>, List<Recorded>> messages = new HashMap<>();

    public Recording(Changes changes) {
        this.changes = changes;
    }

    public void add(RecordedCall call, List<? extends Recorded> accepted) {
        synchronized (calls) {
            calls.add(call);
            for (Recorded message : accepted) {
                messages.computeIfAbsent(message.getClass(), kind -> new ArrayList<>())
                        .add(message);
            }
        }
        changes.signal();
    }

    /** Forgets everything recorded so far. */
    public void clear() {
        synchronized (calls) {
            calls.clear();
            messages.clear();
        }
    }

    /**
     * All calls, accepted and refused ones.
     *
     * @return a snapshot in order of arrival
     */
    public List<RecordedCall> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    /**
     * The calls of one method, accepted and refused ones.
     *
     * @param rpc the method, such as {@code PollAndReportAsync} or {@code POST /api/v1/clients/add}
     * @return a snapshot in order of arrival
     */
    public List<RecordedCall> calls(String rpc) {
        synchronized (calls) {
            return calls.stream().filter(call -> call.rpc().equals(rpc)).toList();
        }
    }

    /**
     * The accepted messages of one kind.
     *
     * @param kind the kind, for example {@code Recorded.ModelUpdate.class}
     * @param <T> the kind
     * @return a snapshot in order of arrival
     */
    public <T extends Recorded> List<T> all(Class<T> kind) {
        synchronized (calls) {
            return messages.getOrDefault(kind, List.of()).stream()
                    .map(kind::cast)
                    .toList();
        }
    }

    /**
     * The announced models.
     *
     * @return a snapshot in order of arrival
     */
    public List<Recorded.ModelUpdate> modelUpdates() {
        return all(Recorded.ModelUpdate.class);
    }

    /**
     * The results of validations.
     *
     * @return a snapshot in order of arrival
     */
    public List<Recorded.Validation> validations() {
        return all(Recorded.Validation.class);
    }

    /**
     * The results of predictions.
     *
     * @return a snapshot in order of arrival
     */
    public List<Recorded.Prediction> predictions() {
        return all(Recorded.Prediction.class);
    }

    /**
     * The metrics of running tasks.
     *
     * @return a snapshot in order of arrival
     */
    public List<Recorded.Metric> metrics() {
        return all(Recorded.Metric.class);
    }

    /**
     * The lines for the session log.
     *
     * @return a snapshot in order of arrival
     */
    public List<Recorded.Status> statuses() {
        return all(Recorded.Status.class);
    }

    /**
     * The measurements of nodes, repeated ones included.
     *
     * @return a snapshot in order of arrival
     */
    public List<Recorded.Telemetry> telemetry() {
        return all(Recorded.Telemetry.class);
    }

    /**
     * The facts about nodes, repeated ones included.
     *
     * @return a snapshot in order of arrival
     */
    public List<Recorded.Attribute> attributes() {
        return all(Recorded.Attribute.class);
    }

    /**
     * The results of inferences, repeated ones included.
     *
     * @return a snapshot in order of arrival
     */
    public List<Recorded.InferenceResult> inferenceResults() {
        return all(Recorded.InferenceResult.class);
    }

    /**
     * The signs of life.
     *
     * @return a snapshot in order of arrival
     */
    public List<Recorded.Heartbeat> heartbeats() {
        return all(Recorded.Heartbeat.class);
    }

    /**
     * The backlog reports.
     *
     * @return a snapshot in order of arrival
     */
    public List<Recorded.BacklogReport> backlogReports() {
        return all(Recorded.BacklogReport.class);
    }

    /**
     * What was said of tasks in polls.
     *
     * @return a snapshot in order of arrival
     */
    public List<Recorded.Report> reports() {
        return all(Recorded.Report.class);
    }

    /**
     * What was said of one task in polls.
     *
     * @param correlationId the task
     * @return a snapshot in order of arrival
     */
    public List<Recorded.Report> reports(String correlationId) {
        return reports().stream()
                .filter(report -> report.correlationId().equals(correlationId))
                .toList();
    }

    /**
     * The clients that came, left or asked whether their version will do.
     *
     * @return a snapshot in order of arrival
     */
    public List<Recorded.Announcement> announcements() {
        return all(Recorded.Announcement.class);
    }

    /**
     * The models sent by clients, stored and refused ones.
     *
     * @return a snapshot in the order in which the transfers ended
     */
    public List<Recorded.Upload> uploads() {
        return all(Recorded.Upload.class);
    }

    /**
     * The models fetched by clients.
     *
     * @return a snapshot in the order in which the transfers ended
     */
    public List<Recorded.Download> downloads() {
        return all(Recorded.Download.class);
    }

    /**
     * Waits until at least so many messages of one kind were accepted.
     *
     * @param kind the kind, for example {@code Recorded.ModelUpdate.class}
     * @param count how many
     * @param timeout how long to wait
     * @param <T> the kind
     * @return all messages of that kind, at least {@code count}
     * @throws EdgeException {@code DEADLINE_EXCEEDED} if they did not come in time; {@code CANCELLED} if the sandbox was
     *     closed or the thread interrupted meanwhile
     */
    public <T extends Recorded> List<T> await(Class<T> kind, int count, Duration timeout) {
        return changes.await(
                () -> count + " of " + kind.getSimpleName() + ", " + all(kind).size() + " came",
                timeout,
                () -> Optional.of(all(kind)).filter(found -> found.size() >= count));
    }

    /**
     * Waits until at least so many calls of one method came, accepted or refused.
     *
     * @param rpc the method, such as {@code PollAndReportAsync}
     * @param count how many
     * @param timeout how long to wait
     * @return all calls of that method, at least {@code count}
     * @throws EdgeException {@code DEADLINE_EXCEEDED} if they did not come in time; {@code CANCELLED} if the sandbox was
     *     closed or the thread interrupted meanwhile
     */
    public List<RecordedCall> awaitCalls(String rpc, int count, Duration timeout) {
        return changes.await(
                () -> count + " calls of " + rpc + ", " + calls(rpc).size() + " came",
                timeout,
                () -> Optional.of(calls(rpc)).filter(found -> found.size() >= count));
    }

    /**
     * Waits until something is found in this recording. It is looked for now and after each further call.
     *
     * @param wanted what is looked for, for the message of the error
     * @param timeout how long to wait
     * @param look looks for it, on the calling thread
     * @param <T> what is looked for
     * @return what was found
     * @throws EdgeException {@code DEADLINE_EXCEEDED} if it was not found in time; {@code CANCELLED} if the sandbox was
     *     closed or the thread interrupted meanwhile
     */
    public <T> T await(String wanted, Duration timeout, Function<? super Recording, Optional<T>> look) {
        return changes.await(() -> wanted, timeout, () -> look.apply(this));
    }
}
