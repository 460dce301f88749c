package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.client.internal.check.Utf8;
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
     * The most bytes of answer and parameters in the report of a task, and of all reports in one poll together: servers take messages of
     * 4 MiB, and a poll that is too large would be refused whenever it is sent.
     */
    public static final int MOST_TEXT = 3 << 20;

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

    /** How many bytes its texts take in a message. */
    long textBytes() {
        long announced =
                announcement == null ? 0 : Utf8.length(announcement.type()) + Utf8.length(announcement.parameters());
        return Utf8.length(correlationId) + Utf8.length(response) + announced;
    }

    /** Whether the report tells the combiner of an autonomous task that it does not know yet. */
    public boolean announcesAutonomousTask() {
        return announcement != null;
    }

    /** The same report for a combiner that does not know the task: without the parameters if there is no room for them. */
    public TaskReport announcing(String type, String parameters) {
        boolean room = Utf8.length(response) + Utf8.length(parameters) <= MOST_TEXT;
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
