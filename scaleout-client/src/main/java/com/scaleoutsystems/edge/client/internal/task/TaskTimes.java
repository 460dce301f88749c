package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Measures one task, from its acceptance on. Lives on the client's strand. */
final class TaskTimes {

    private final Env env;
    private final long accepted;
    private volatile @Nullable Long called;
    private @Nullable Long returned;

    /** A task that the client accepts now. */
    TaskTimes(Env env) {
        this.env = env;
        this.accepted = env.nanos();
    }

    /** The callback is called now. From any thread. */
    void called() {
        called = env.nanos();
    }

    /** The callback has returned. */
    void returned() {
        returned = env.nanos();
    }

    /** The summary of the task that ends so now. */
    TaskSummary summary(TaskEnd end) {
        long now = env.nanos();
        TaskSummary summary = end.summary().withTotalTime(Duration.ofNanos(now - accepted));
        Long began = called;
        return began == null
                ? summary
                : summary.withCallbackTime(Duration.ofNanos((returned == null ? now : returned) - began));
    }
}
