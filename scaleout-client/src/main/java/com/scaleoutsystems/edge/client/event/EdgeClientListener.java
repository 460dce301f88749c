package com.scaleoutsystems.edge.client.event;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import java.time.Duration;

/**
 * Receives the events of a client. All methods have empty defaults. The client calls a listener for one event at a time and in
 * order, and logs its exceptions. Two listeners of a client may be called at the same time.
 *
 * <p>A listener may take time, and may wait for the client, for example for a receipt or for {@code flush}. It delays only its own
 * events. At most 100,000 events wait for a listener, with at most 16 million characters of payloads and data in all. If there
 * are more, the client drops the oldest ones: first the events of {@link #recordSettled}, {@link #taskProgress} and
 * {@link #transferProgress}, because these come most often, and then the others. It logs a warning when it begins to drop events, and
 * their number when the listener has caught up. Receipts, {@code state()} and {@code health()} of the client lose nothing.
 *
 * <p>Events that wait when the client closes still come.
 *
 * @since 0.1.0
 */
public interface EdgeClientListener {

    /**
     * The client's state changed.
     *
     * @param from the state before
     * @param to the state now
     * @param reason why, as text for people
     */
    default void stateChanged(ClientState from, ClientState to, String reason) {}

    /**
     * The client accepted a task.
     *
     * @param task the task
     */
    default void taskReceived(TaskRequest task) {}

    /**
     * The client calls a task's callback.
     *
     * @param task the task
     */
    default void taskStarted(TaskRequest task) {}

    /**
     * A running callback reports its progress.
     *
     * @param task the task
     * @param fraction from 0 to 1
     */
    default void taskProgress(TaskRequest task, double fraction) {}

    /**
     * A task ended, and the client is about to report it to the combiner.
     *
     * @param task the task
     * @param summary how it ended, and how long it took by the client's own measure
     */
    default void taskFinished(TaskRequest task, TaskSummary summary) {}

    /**
     * A transfer makes progress. The client reports it a few times a second at most, and not for quick transfers.
     *
     * @param progress how far it has come
     */
    default void transferProgress(TransferProgress progress) {}

    /**
     * A model was transferred completely and verified.
     *
     * @param direction download or upload
     * @param modelId the model
     * @param bytes its size
     * @param duration how long it took
     */
    default void modelTransferred(TransferDirection direction, String modelId, long bytes, Duration duration) {}

    /**
     * The outcome of a record is known, also of a record from an earlier run. The client calls this for every record, so it should be
     * quick.
     *
     * @param record the record
     * @param outcome how it ended
     */
    default void recordSettled(RecordInfo record, Outcome outcome) {}

    /**
     * The link to the combiner became better or worse.
     *
     * @param from its quality before
     * @param to its quality now
     */
    default void linkQualityChanged(LinkQuality from, LinkQuality to) {}

    /**
     * Something failed that no task or delivery reports: a poll, or the connection. If the error is retryable, the client
     * continues by itself.
     *
     * @param error what failed
     */
    default void error(EdgeException error) {}
}
