package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.event.TransferDirection;
import com.scaleoutsystems.edge.client.event.TransferProgress;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Tells the host's listeners, each on its own: a listener that blocks holds up no other, and nothing else. From any thread. */
public final class ListenerCalls {

    private final List<ListenerQueue> queues;

    /**
     * Tells these listeners.
     *
     * @param threads threads that may block
     */
    public ListenerCalls(List<EdgeClientListener> listeners, Executor threads) {
        this.queues = listeners.stream()
                .map(listener -> new ListenerQueue(listener, threads))
                .toList();
    }

    /** The client's state changed. */
    public void stateChanged(ClientState from, ClientState to, String reason) {
        tell(listener -> listener.stateChanged(from, to, reason));
    }

    /** A task was taken on. */
    public void taskReceived(TaskRequest task) {
        tell(task, listener -> listener.taskReceived(task));
    }

    /** A task's callback is entered. */
    public void taskStarted(TaskRequest task) {
        tell(task, listener -> listener.taskStarted(task));
    }

    /** A running callback tells how far it has come. */
    public void taskProgress(TaskRequest task, double fraction) {
        tellOften(task.data().length(), listener -> listener.taskProgress(task, fraction));
    }

    /** A task ended. */
    public void taskFinished(TaskRequest task, TaskSummary summary) {
        tell(task, listener -> listener.taskFinished(task, summary));
    }

    /** A transfer goes on. */
    public void transferProgress(TransferProgress progress) {
        tellOften(0, listener -> listener.transferProgress(progress));
    }

    /** A model was transferred. */
    public void transferred(TransferDirection direction, String modelId, long bytes, Duration duration) {
        tell(listener -> listener.modelTransferred(direction, modelId, bytes, duration));
    }

    /** A record's fate is known. The record is only described if somebody listens. */
    public void recordSettled(Supplier<RecordInfo> record, Outcome outcome) {
        if (!queues.isEmpty()) {
            RecordInfo info = record.get();
            tellOften(info.payload().map(String::length).orElse(0), listener -> listener.recordSettled(info, outcome));
        }
    }

    /** The link to the combiner became better or worse. */
    public void linkQualityChanged(LinkQuality from, LinkQuality to) {
        tell(listener -> listener.linkQualityChanged(from, to));
    }

    /** Something failed that nothing else tells of. */
    public void error(EdgeException error) {
        tell(listener -> listener.error(error));
    }

    private void tell(Consumer<EdgeClientListener> event) {
        queues.forEach(queue -> queue.add(false, 0, event));
    }

    private void tell(TaskRequest task, Consumer<EdgeClientListener> event) {
        queues.forEach(queue -> queue.add(false, task.data().length(), event));
    }

    private void tellOften(long text, Consumer<EdgeClientListener> event) {
        queues.forEach(queue -> queue.add(true, text, event));
    }
}
