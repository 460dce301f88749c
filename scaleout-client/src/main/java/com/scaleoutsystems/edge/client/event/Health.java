package com.scaleoutsystems.edge.client.event;

import com.scaleoutsystems.edge.client.record.DropReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a client fares.
 *
 * @param live whether the client works at all: its own thread answers and it is not closed
 * @param ready whether it can take tasks: it is live, the combiner answers, and not so many callbacks ignore their abort that a lane is
 *     blocked
 * @param state where it stands
 * @param linkQuality how well the combiner can be reached
 * @param queues what waits to be sent, by priority class
 * @param sent how many records the server has acknowledged since the client was built
 * @param rejected how many were refused for good
 * @param dropped how many were given up, by reason; only the reasons that were met
 * @param runningTasks the correlation ids of tasks whose callbacks run
 * @param stuckTasks those of them that ignore their abort
 */
public record Health(
        boolean live,
        boolean ready,
        ClientState state,
        LinkQuality linkQuality,
        Map<String, QueueHealth> queues,
        long sent,
        long rejected,
        Map<DropReason, Long> dropped,
        List<String> runningTasks,
        List<String> stuckTasks) {

    /**
     * What waits in a priority class.
     *
     * @param records how many records wait or are under way
     * @param bytes about how many bytes they take
     * @param oldestAge how long ago the oldest of them was logged, if there is one
     */
    public record QueueHealth(long records, long bytes, Optional<Duration> oldestAge) {}

    /**
     * Copies the collections.
     *
     * @param live whether the client works at all
     * @param ready whether it can take tasks
     * @param state where it stands
     * @param linkQuality how well the combiner can be reached
     * @param queues what waits to be sent, by priority class
     * @param sent how many records the server has acknowledged
     * @param rejected how many were refused for good
     * @param dropped how many were given up, by reason
     * @param runningTasks the correlation ids of tasks whose callbacks run
     * @param stuckTasks those of them that ignore their abort
     */
    public Health {
        queues = Map.copyOf(queues);
        dropped = Map.copyOf(dropped);
        runningTasks = List.copyOf(runningTasks);
        stuckTasks = List.copyOf(stuckTasks);
    }
}
