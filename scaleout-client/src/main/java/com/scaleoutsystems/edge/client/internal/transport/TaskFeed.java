package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Brings tasks and carries reports, by polling or by a stream. Lives on the client's strand. */
public interface TaskFeed {

    /** Begins to bring tasks. */
    void start();

    /** Something changed that the combiner should know at once. */
    void wake();

    /** Whether tasks may still arrive from a poll that was sent while there was room. */
    boolean mayBringTasks();

    /** The last poll that the combiner answered; empty if there was none, or if this feed does not poll. */
    default Optional<RoundTrip> lastPoll() {
        return Optional.empty();
    }

    /** A heartbeat was not answered. */
    void othersFail();

    /** A heartbeat was answered: what an outage holds up is tried again. */
    void othersAnswer();

    /** The reason for failures is gone: what waits after one is tried again now. */
    void goOn();

    /** There is little time left: what waits after a failure is tried again now, and from now on after short waits only. */
    void hurry();

    /** Ends the feed: it brings and reports nothing from now on. Done when the call in progress has ended. */
    CompletionStage<@Nullable Void> stop();

    /** Where tasks go and reports come from; called on the client's strand. */
    interface Sink {

        /** Whether there is room for more tasks. */
        boolean hasRoom();

        /** Everything that the combiner should know of the current tasks. */
        List<TaskReport> reports();

        /** The combiner has these reports. */
        void reported(List<TaskReport> reports);

        /**
         * Tasks that came.
         *
         * @return completes on the strand when all of them are taken
         */
        CompletionStage<@Nullable Void> received(List<TaskRequest> tasks);

        /** A call is over, whatever its end, and all that it brought was taken. */
        void idle();

        /** The combiner answered. */
        void reachable();

        /** The combiner did not answer; the feed goes on trying. */
        void unreachable(EdgeException error);
    }
}
