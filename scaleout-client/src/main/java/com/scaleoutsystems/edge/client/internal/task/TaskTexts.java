package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Utf8;
import com.scaleoutsystems.edge.client.task.TaskRequest;

/**
 * The limit for the ids and names in a task. The client repeats them in its reports, and a poll whose message is too large would be
 * refused whenever the client sends it. A task's data have no limit here: they are in no report.
 */
final class TaskTexts {

    /** The most bytes of UTF-8 that an id or a name may take. */
    static final int MOST_BYTES = 64 << 10;

    private static final int SHOWN = 100;

    private TaskTexts() {}

    /** Whether an id or a name takes more than the client accepts. */
    static boolean isTooLong(String text) {
        return text.length() > MOST_BYTES || Utf8.length(text) > MOST_BYTES;
    }

    /**
     * Checks all ids and names of a task except its correlation id.
     *
     * @throws EdgeException INVALID_ARGUMENT if one is too long
     */
    static void check(TaskRequest request) {
        check("type", request.type());
        check("model id", request.modelId());
        check("session id", request.sessionId());
        check("round id", request.roundId());
    }

    private static void check(String what, String text) {
        if (isTooLong(text)) {
            throw new EdgeException(
                    ErrorCode.INVALID_ARGUMENT,
                    "the " + what + " of the task has " + Utf8.length(text) + " bytes; this client accepts at most "
                            + MOST_BYTES);
        }
    }

    /** The beginning of a text, for logs. */
    static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
