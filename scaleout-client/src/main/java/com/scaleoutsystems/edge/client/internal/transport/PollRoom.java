package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import java.util.ArrayList;
import java.util.List;

/**
 * How much one poll carries. A proxy may take smaller messages than the combiner does. After a poll that was refused for its size, the next
 * ones carry less, so that a large report does not keep the small ones from the combiner. The large report is tried again ever more
 * rarely. Lives on the client's strand.
 */
final class PollRoom {

    /** Less than this is no reason for a refusal. */
    private static final long LEAST = 128 << 10;

    /** How many polls are answered, at the most, before a poll carries more again. */
    private static final int LONGEST_REST = 1_024;

    private long room = TaskReport.MOST_TEXT;
    private int rest = 1;
    private int answered;

    /** Those of the reports that the next poll carries. */
    List<TaskReport> fitting(List<TaskReport> reports) {
        if (room == TaskReport.MOST_TEXT) {
            return reports;
        }
        List<TaskReport> fitting = new ArrayList<>();
        long bytes = 0;
        for (TaskReport report : reports) {
            long size = report.textBytes();
            if (bytes + size <= room) {
                fitting.add(report);
                bytes += size;
            }
        }
        return fitting;
    }

    /** The combiner took a poll. */
    void answered() {
        if (room == TaskReport.MOST_TEXT) {
            rest = 1;
        } else if (++answered >= rest) {
            answered = 0;
            room = Math.min(TaskReport.MOST_TEXT, 2 * room);
        }
    }

    /** A poll failed. */
    void failed(EdgeException error) {
        if (FailureKind.of(error) == FailureKind.TOO_LARGE) {
            answered = 0;
            room = Math.max(LEAST, room / 2);
            rest = Math.min(LONGEST_REST, 2 * rest);
        }
    }
}
