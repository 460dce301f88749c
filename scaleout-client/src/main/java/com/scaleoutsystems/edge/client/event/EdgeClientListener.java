package com.scaleoutsystems.edge.client.event;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import java.time.Duration;

/**
 * Hears of what a client does. All methods have empty defaults, run on the client's listener thread one at a time and may take
 * their time; exceptions are logged.
 */
public interface EdgeClientListener {

    /**
     * The client's state changed.
     *
     * @param from the state before
     * @param to the state now
     * @param reason why, for people
     */
    default void stateChanged(ClientState from, ClientState to, String reason) {}

    /**
     * A task was taken on.
     *
     * @param task the task
     */
    default void taskReceived(TaskRequest task) {}

    /**
     * A task's callback is entered.
     *
     * @param task the task
     */
    default void taskStarted(TaskRequest task) {}

    /**
     * A running callback tells how far it has come.
     *
     * @param task the task
     * @param fraction from 0 to 1
     */
    default void taskProgress(TaskRequest task, double fraction) {}

    /**
     * A task ended, and the combiner is about to be told.
     *
     * @param task the task
     * @param status COMPLETED, FAILED or INTERRUPTED
     * @param reason why it failed or was interrupted; empty when completed
     */
    default void taskFinished(TaskRequest task, TaskStatus status, String reason) {}

    /**
     * A transfer goes on; told a few times a second at most, and not for transfers that are quicker.
     *
     * @param progress how far it has come
     */
    default void transferProgress(TransferProgress progress) {}

    /**
     * A model was transferred whole and verified.
     *
     * @param direction download or upload
     * @param modelId the model
     * @param bytes its size
     * @param duration how long it took
     */
    default void modelTransferred(TransferDirection direction, String modelId, long bytes, Duration duration) {}

    /**
     * The fate of a record is known, of an earlier run's as well. Told for every record, so it should be quick.
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
     * Something failed that no task or delivery tells of: a poll, a lost connection. The client goes on by itself
     * if the error is retryable.
     *
     * @param error what failed
     */
    default void error(EdgeException error) {}
}
