package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.TaskRequest;
import java.util.List;

/** Brings tasks and carries reports, by polling or by a stream. Lives on the client's strand. */
public interface TaskFeed {

    /** Begins to bring tasks. */
    void start();

    /** Something changed that the combiner should hear of at once. */
    void wake();

    /** Brings nothing any more and reports nothing any more. */
    void stop();

    /** Where tasks go and reports come from; called on the client's strand. */
    interface Sink {

        /** Whether there is room for more tasks. */
        boolean hasRoom();

        /** All that the combiner should know of the tasks at hand. */
        List<TaskReport> reports();

        /** The combiner has these reports. */
        void reported(List<TaskReport> reports);

        /** Tasks that came. */
        void received(List<TaskRequest> tasks);

        /** The combiner answered. */
        void reachable();

        /** The combiner did not answer; the feed goes on trying. */
        void unreachable(EdgeException error);
    }
}
