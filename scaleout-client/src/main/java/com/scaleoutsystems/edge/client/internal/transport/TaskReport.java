package com.scaleoutsystems.edge.client.internal.transport;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The client's report of a task to the combiner.
 *
 * @param status PENDING, RUNNING, COMPLETED, FAILED or INTERRUPTED
 * @param done whether this is the task's last report
 * @param response JSON text, or empty
 * @param startedAt when the client began with it, or null
 * @param completedAt when it ended, or null
 * @param announcement what the combiner must know of an autonomous task that it does not know yet, or null
 */
public record TaskReport(
        String correlationId,
        String status,
        boolean done,
        String response,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        @Nullable Announcement announcement) {

    /**
     * The longest text in the report of a task, and in all reports of one poll together: servers take messages of 4 MiB, and a poll that
     * is refused would be refused for ever.
     */
    public static final int MOST_TEXT = 3 << 20;

    /** What a report takes besides its texts, at the most. */
    private static final int FRAME = 300;

    /**
     * What tells the combiner of an autonomous task: one that the client started itself.
     *
     * @param type the task's type on the wire
     * @param parameters JSON text, or empty for none or too many
     */
    public record Announcement(String type, String parameters) {}

    /** The report of a task that the combiner knows. */
    public TaskReport(
            String correlationId,
            String status,
            boolean done,
            String response,
            @Nullable Instant startedAt,
            @Nullable Instant completedAt) {
        this(correlationId, status, done, response, startedAt, completedAt, null);
    }

    /** About how many bytes it takes in a message; texts are ASCII. */
    public int size() {
        int announced = announcement == null
                ? 0
                : announcement.type().length() + announcement.parameters().length();
        return FRAME + correlationId.length() + response.length() + announced;
    }

    /** Whether the report tells the combiner of an autonomous task that it does not know yet. */
    public boolean announcesAutonomousTask() {
        return announcement != null;
    }

    /** The same report for a combiner that does not know the task: without the parameters if there is no room for them. */
    public TaskReport announcing(String type, String parameters) {
        boolean room = response.length() + parameters.length() <= MOST_TEXT;
        return new TaskReport(
                correlationId,
                status,
                done,
                response,
                startedAt,
                completedAt,
                new Announcement(type, room ? parameters : ""));
    }
}
