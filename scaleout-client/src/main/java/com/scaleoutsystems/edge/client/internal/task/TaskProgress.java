package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.FewLines;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The progress of one callback, for listeners and for the log. From any thread. */
final class TaskProgress {

    /** A task has no more than one line in this time, and none before it is this old. */
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final TaskRequest request;
    private final ListenerCalls listeners;
    private final Env env;
    private final FewLines lines;
    private final AtomicLong lastLine;

    /** The progress of a callback that begins now. */
    TaskProgress(TaskRequest request, CallbackServices services) {
        this.request = request;
        this.listeners = services.listeners();
        this.env = services.env();
        this.lines = services.lines();
        this.lastLine = new AtomicLong(env.nanos());
    }

    /** The callback has come so far, from 0 to 1. */
    void at(double fraction) {
        listeners.taskProgress(request, fraction);
        long now = env.nanos();
        long last = lastLine.get();
        if (now - last >= BETWEEN_LINES.toNanos() && lastLine.compareAndSet(last, now)) {
            lines.info(
                    "task {} ({}) is at {} %",
                    request.correlationId(), TaskTexts.shown(request.type()), Math.round(1000 * fraction) / 10.0);
        }
    }
}
