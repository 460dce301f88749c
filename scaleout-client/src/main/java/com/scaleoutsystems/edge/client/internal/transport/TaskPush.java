package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.task.TaskRequest;

/** A stream on which the combiner pushes tasks, one for each that was asked for. Never blocks. */
public interface TaskPush {

    /** Asks for one more task. */
    void request();

    /** Ends the stream. */
    void close();

    /** Receives the tasks and the end of a stream. Called on any thread. */
    interface Receiver {

        /** A task came. */
        void task(TaskRequest task);

        /** The stream is over. */
        void ended(EdgeException reason);
    }
}
