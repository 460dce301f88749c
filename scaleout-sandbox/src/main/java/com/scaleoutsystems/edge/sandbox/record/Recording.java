package com.scaleoutsystems.edge.sandbox.record;

import com.scaleoutsystems.edge.EdgeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What clients sent to a sandbox, in the order of its arrival.
 *
 * <p>The recording is in memory and keeps the newest calls with their messages. It forgets the oldest ones when there are more
 * than the {@linkplain com.scaleoutsystems.edge.sandbox.SandboxBuilder#recordingLimits limits} allow. It still counts what it
 * has forgotten: {@link #count}, {@link #countCalls} and {@link #forgottenCalls} are exact.
 *
 * <p>Thread-safe. Queries return snapshots. The {@code await} methods wait until something has arrived, and include what
 * arrived before the call. The recording stays readable after the sandbox was closed.
 * Only the sandbox creates recordings, so later releases may add methods.
 *
 * @since 0.1.0
 */
public interface Recording {
    /** Forgets everything recorded so far, and counts from zero again. */
    void clear();

    /**
     * How many messages of one kind the sandbox has accepted, with those that the recording has forgotten.
     *
     * @param kind the kind, for example {@code Recorded.ModelUpdate.class}
     * @return the number since the start or the last {@link #clear()}
     */
    long count(Class<? extends Recorded> kind);

    /**
     * How many calls of one method have arrived, accepted or refused, with those that the recording has forgotten.
     *
     * @param rpc the method, such as {@code PollAndReportAsync} or {@code POST /api/v1/clients/add}
     * @return the number since the start or the last {@link #clear()}; of a path that the REST API does not have, only the
     *     calls that the recording still keeps
     */
    long countCalls(String rpc);

    /**
     * How many calls the recording has forgotten, because newer ones needed their room.
     *
     * @return the number since the start or the last {@link #clear()}; 0 if the recording is complete
     */
    long forgottenCalls();

    /**
     * All calls that the recording keeps, accepted and refused.
     *
     * @return a snapshot in order of arrival
     */
    List<RecordedCall> calls();

    /**
     * The calls of one method, accepted and refused.
     *
     * @param rpc the method, such as {@code PollAndReportAsync} or {@code POST /api/v1/clients/add}
     * @return a snapshot in order of arrival
     */
    List<RecordedCall> calls(String rpc);

    /**
     * The accepted messages of one kind.
     *
     * @param kind the kind, for example {@code Recorded.ModelUpdate.class}
     * @param <T> the kind
     * @return a snapshot in order of arrival
     */
    <T extends Recorded> List<T> all(Class<T> kind);

    /**
     * The announced models.
     *
     * @return a snapshot in order of arrival
     */
    default List<Recorded.ModelUpdate> modelUpdates() {
        return all(Recorded.ModelUpdate.class);
    }

    /**
     * The results of validations.
     *
     * @return a snapshot in order of arrival
     */
    default List<Recorded.Validation> validations() {
        return all(Recorded.Validation.class);
    }

    /**
     * The results of predictions.
     *
     * @return a snapshot in order of arrival
     */
    default List<Recorded.Prediction> predictions() {
        return all(Recorded.Prediction.class);
    }

    /**
     * The metrics of running tasks.
     *
     * @return a snapshot in order of arrival
     */
    default List<Recorded.Metric> metrics() {
        return all(Recorded.Metric.class);
    }

    /**
     * The lines for the session log.
     *
     * @return a snapshot in order of arrival
     */
    default List<Recorded.Status> statuses() {
        return all(Recorded.Status.class);
    }

    /**
     * The measurements of nodes, including repeated ones.
     *
     * @return a snapshot in order of arrival
     */
    default List<Recorded.Telemetry> telemetry() {
        return all(Recorded.Telemetry.class);
    }

    /**
     * The facts about nodes, including repeated ones.
     *
     * @return a snapshot in order of arrival
     */
    default List<Recorded.Attribute> attributes() {
        return all(Recorded.Attribute.class);
    }

    /**
     * The results of inferences, including repeated ones.
     *
     * @return a snapshot in order of arrival
     */
    default List<Recorded.InferenceResult> inferenceResults() {
        return all(Recorded.InferenceResult.class);
    }

    /**
     * The heartbeats.
     *
     * @return a snapshot in order of arrival
     */
    default List<Recorded.Heartbeat> heartbeats() {
        return all(Recorded.Heartbeat.class);
    }

    /**
     * The backlog reports.
     *
     * @return a snapshot in order of arrival
     */
    default List<Recorded.BacklogReport> backlogReports() {
        return all(Recorded.BacklogReport.class);
    }

    /**
     * The reports of tasks in polls.
     *
     * @return a snapshot in order of arrival
     */
    default List<Recorded.Report> reports() {
        return all(Recorded.Report.class);
    }

    /**
     * The reports of one task in polls.
     *
     * @param correlationId the task
     * @return a snapshot in order of arrival
     */
    default List<Recorded.Report> reports(String correlationId) {
        return reports().stream()
                .filter(report -> report.correlationId().equals(correlationId))
                .toList();
    }

    /**
     * The clients that connected, disconnected or asked whether their version is accepted.
     *
     * @return a snapshot in order of arrival
     */
    default List<Recorded.Announcement> announcements() {
        return all(Recorded.Announcement.class);
    }

    /**
     * The models that clients sent, stored and refused.
     *
     * @return a snapshot in the order in which the transfers ended
     */
    default List<Recorded.Upload> uploads() {
        return all(Recorded.Upload.class);
    }

    /**
     * The models that clients downloaded.
     *
     * @return a snapshot in the order in which the transfers ended
     */
    default List<Recorded.Download> downloads() {
        return all(Recorded.Download.class);
    }

    /**
     * Waits until the sandbox has accepted enough messages of one kind. Forgotten ones count.
     *
     * @param kind the kind, for example {@code Recorded.ModelUpdate.class}
     * @param count how many
     * @param timeout how long to wait
     * @param <T> the kind
     * @return all messages of that kind that the recording keeps: at least {@code count}, if it has forgotten none
     * @throws EdgeException {@code DEADLINE_EXCEEDED} if they did not arrive in time; {@code CANCELLED} if the sandbox was
     *     closed or the thread interrupted meanwhile
     */
    <T extends Recorded> List<T> await(Class<T> kind, int count, Duration timeout);

    /**
     * Waits until enough calls of one method have arrived, accepted or refused. Forgotten ones count.
     *
     * @param rpc the method, such as {@code PollAndReportAsync}
     * @param count how many
     * @param timeout how long to wait
     * @return all calls of that method that the recording keeps: at least {@code count}, if it has forgotten none
     * @throws EdgeException {@code DEADLINE_EXCEEDED} if they did not arrive in time; {@code CANCELLED} if the sandbox was
     *     closed or the thread interrupted meanwhile
     */
    List<RecordedCall> awaitCalls(String rpc, int count, Duration timeout);

    /**
     * Waits until this recording contains something. The method looks for it now and after each further call. A search for a
     * number of messages should use {@link #count}, since the lists hold only what the recording keeps.
     *
     * @param wanted what the search is for, as a text for the error message
     * @param timeout how long to wait
     * @param look the search, on the calling thread
     * @param <T> the type of the result
     * @return what was found
     * @throws EdgeException {@code DEADLINE_EXCEEDED} if it was not found in time; {@code CANCELLED} if the sandbox was
     *     closed or the thread interrupted meanwhile
     */
    <T> T await(String wanted, Duration timeout, Function<? super Recording, Optional<T>> look);
}
