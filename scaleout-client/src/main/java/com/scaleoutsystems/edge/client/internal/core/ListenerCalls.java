package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.event.TransferDirection;
import com.scaleoutsystems.edge.client.event.TransferProgress;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Tells the host's listeners, on the listener executor. */
public final class ListenerCalls {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.CLIENT);

    private final List<EdgeClientListener> listeners;
    private final Executor executor;

    /** Records come by the thousand, and a listener that fails for one will fail for all. */
    private final AtomicBoolean warnedOfFailure = new AtomicBoolean();

    /** Tells these listeners, in order. */
    public ListenerCalls(List<EdgeClientListener> listeners, Executor executor) {
        this.listeners = List.copyOf(listeners);
        this.executor = executor;
    }

    /** The client's state changed. */
    public void stateChanged(ClientState from, ClientState to, String reason) {
        tell(listener -> listener.stateChanged(from, to, reason));
    }

    /** A task was taken on. */
    public void taskReceived(TaskRequest task) {
        tell(listener -> listener.taskReceived(task));
    }

    /** A task's callback is entered. */
    public void taskStarted(TaskRequest task) {
        tell(listener -> listener.taskStarted(task));
    }

    /** A running callback tells how far it has come. */
    public void taskProgress(TaskRequest task, double fraction) {
        tell(listener -> listener.taskProgress(task, fraction));
    }

    /** A task ended. */
    public void taskFinished(TaskRequest task, TaskStatus status, String reason) {
        tell(listener -> listener.taskFinished(task, status, reason));
    }

    /** A transfer goes on. */
    public void transferProgress(TransferProgress progress) {
        tell(listener -> listener.transferProgress(progress));
    }

    /** A model was transferred. */
    public void transferred(TransferDirection direction, String modelId, long bytes, Duration duration) {
        tell(listener -> listener.modelTransferred(direction, modelId, bytes, duration));
    }

    /** A record's fate is known. The record is only described if somebody listens. */
    public void recordSettled(Supplier<RecordInfo> record, Outcome outcome) {
        if (!listeners.isEmpty()) {
            RecordInfo info = record.get();
            tell(listener -> listener.recordSettled(info, outcome));
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
        for (EdgeClientListener listener : listeners) {
            executor.execute(() -> {
                try {
                    event.accept(listener);
                } catch (RuntimeException | Error failure) {
                    boolean first = warnedOfFailure.compareAndSet(false, true);
                    LOG.atLevel(first ? Level.WARN : Level.DEBUG)
                            .setCause(Failures.printable(failure))
                            .log("a listener failed (logs further failures at DEBUG)");
                }
            });
        }
    }
}
