package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.task.TaskContext;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which thread works for which task of one client, and in which contexts it logs. Each thread asks for itself. */
public final class CurrentTasks implements HostLog.Scope {

    /**
     * What a thread works for.
     *
     * @param task the task, if it works for one
     * @param logging where its metrics belong
     * @param inference where its results of inference belong
     */
    record Scope(
            @Nullable TaskContext task,
            @Nullable LoggingContext logging,
            @Nullable InferenceContext inference) {}

    private static final Scope NOTHING = new Scope(null, null, null);

    private final Map<Thread, Scope> scopes = new ConcurrentHashMap<>();

    /** The task of the calling thread, if it works for one. */
    public Optional<TaskContext> ofThisThread() {
        return Optional.ofNullable(scope().task());
    }

    @Override
    public void checkAbort() {
        TaskContext task = scope().task();
        if (task != null) {
            task.checkAbort();
        }
    }

    /** Where the calling thread's metrics belong, if that is known. */
    @Override
    public Optional<LoggingContext> logging() {
        return Optional.ofNullable(scope().logging());
    }

    /** Where the calling thread's results of inference belong, if that is known. */
    @Override
    public Optional<InferenceContext> inference() {
        return Optional.ofNullable(scope().inference());
    }

    /** The calling thread logs metrics into this context until the result is run on the same thread. */
    public Runnable enter(LoggingContext logging) {
        Scope now = scope();
        return enter(new Scope(now.task(), logging, now.inference()));
    }

    /** The calling thread logs results of inference into this context until the result is run on the same thread. */
    public Runnable enter(InferenceContext inference) {
        Scope now = scope();
        return enter(new Scope(now.task(), now.logging(), inference));
    }

    /** The calling thread works in this scope until the result is run on the same thread. */
    Runnable enter(Scope scope) {
        Scope before = scopes.put(Thread.currentThread(), scope);
        return () -> {
            if (before == null) {
                scopes.remove(Thread.currentThread());
            } else {
                scopes.put(Thread.currentThread(), before);
            }
        };
    }

    private Scope scope() {
        return scopes.getOrDefault(Thread.currentThread(), NOTHING);
    }
}
