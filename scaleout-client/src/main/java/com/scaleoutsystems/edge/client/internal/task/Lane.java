package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.TaskStatus;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Room for one callback at a time, and the line of tasks that wait for it. Lives on the client's strand. */
final class Lane {

    private final String name;
    private final int maxWaiting;
    private final Deque<RunningTask> waiting = new ArrayDeque<>();
    private @Nullable RunningTask holder;

    Lane(String name, int maxWaiting) {
        this.name = name;
        this.maxWaiting = maxWaiting;
    }

    String name() {
        return name;
    }

    boolean hasRoom() {
        return holder == null || waiting.size() < maxWaiting;
    }

    /** Gives the lane to the task if it is free, else puts it in line if there is room; false if there is none. */
    boolean enter(RunningTask task) {
        if (holder == null) {
            holder = task;
            start(task);
            return true;
        }
        if (waiting.size() >= maxWaiting) {
            return false;
        }
        waiting.addLast(task);
        return true;
    }

    /** The task needs the lane no more, whether it had it, waited for it, or neither; the next in line gets it. */
    void leave(RunningTask task) {
        waiting.remove(task);
        if (holder == task) {
            holder = waiting.pollFirst();
            if (holder != null) {
                start(holder);
            }
        }
    }

    /** A task that cannot even be started ends, and the next one gets its turn. */
    private static void start(RunningTask task) {
        try {
            task.start();
        } catch (RuntimeException | Error failure) {
            task.end(TaskStatus.FAILED, RunningTask.message(failure), failure);
        }
    }
}
