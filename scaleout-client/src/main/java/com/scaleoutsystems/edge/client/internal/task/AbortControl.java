package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.FewLines;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.TaskAbortedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The abort signal of one task. The SDK sets it once, and any thread may read it. Actions run one at a time, and none runs after the
 * callback has returned: {@link #end()} waits for the action that runs.
 */
final class AbortControl {

    private final Executor threads;
    private final FewLines lines;
    private final List<Runnable> actions = new ArrayList<>();
    private volatile @Nullable AbortReason reason;
    private final Object running = new Object();
    private volatile boolean over;

    AbortControl(Executor threads, FewLines lines) {
        this.threads = threads;
        this.lines = lines;
    }

    Optional<AbortReason> reason() {
        return Optional.ofNullable(reason);
    }

    boolean isAborted() {
        return reason != null;
    }

    void check() {
        AbortReason set = reason;
        if (set != null) {
            throw new TaskAbortedException(set);
        }
    }

    /** Sets the signal; only the first reason counts. */
    void abort(AbortReason why) {
        synchronized (actions) {
            if (reason != null || over) {
                return;
            }
            reason = why;
            actions.forEach(this::run);
            actions.clear();
        }
    }

    void onAbort(Runnable action) {
        synchronized (actions) {
            if (over) {
                return;
            }
            if (reason != null) {
                run(action);
            } else {
                actions.add(action);
            }
        }
    }

    /** The callback has returned: no action runs once this method has returned. Called on the callback's thread. */
    void end() {
        synchronized (running) {
            over = true;
        }
        synchronized (actions) {
            actions.clear();
        }
    }

    /** Never throws: the task is aborted even if no thread can be had for its actions. */
    private void run(Runnable action) {
        try {
            begin(action);
        } catch (Throwable noThread) {
            lines.warn("no thread for an abort action", noThread);
        }
    }

    private void begin(Runnable action) {
        threads.execute(() -> {
            synchronized (running) {
                if (over) {
                    return;
                }
                try {
                    action.run();
                } catch (Throwable failure) {
                    lines.warn("an abort action failed", failure);
                }
            }
        });
    }
}
