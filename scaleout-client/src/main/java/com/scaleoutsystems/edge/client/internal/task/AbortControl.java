package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.AbortReason;
import com.scaleoutsystems.edge.client.TaskAbortedException;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The abort signal of one task: set once by the SDK, seen by any thread. */
final class AbortControl {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.TASK);

    private final Executor listeners;
    private final List<Runnable> actions = new ArrayList<>();
    private volatile @Nullable AbortReason reason;
    private boolean over;

    AbortControl(Executor listeners) {
        this.listeners = listeners;
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

    /** Gives the signal; only the first reason counts. */
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

    /** The callback has returned: nothing is called any more. */
    void end() {
        synchronized (actions) {
            over = true;
            actions.clear();
        }
    }

    private void run(Runnable action) {
        listeners.execute(() -> {
            synchronized (actions) {
                if (over) {
                    return;
                }
            }
            try {
                action.run();
            } catch (RuntimeException failure) {
                LOG.warn("an action on abort failed", failure);
            }
        });
    }
}
