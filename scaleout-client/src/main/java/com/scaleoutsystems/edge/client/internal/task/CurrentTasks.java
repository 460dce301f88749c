package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.TaskContext;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which thread runs which callback of one client. */
public final class CurrentTasks {

    private final Map<Thread, TaskContext> tasks = new ConcurrentHashMap<>();

    /** The task of the calling thread, if it runs a callback of this client. */
    public Optional<TaskContext> ofThisThread() {
        return Optional.ofNullable(tasks.get(Thread.currentThread()));
    }

    /** The calling thread begins a callback. */
    void enter(TaskContext task) {
        tasks.put(Thread.currentThread(), task);
    }

    /** The calling thread has ended its callback. */
    void leave() {
        tasks.remove(Thread.currentThread());
    }
}
