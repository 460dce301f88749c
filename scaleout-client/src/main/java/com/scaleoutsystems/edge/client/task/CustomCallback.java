package com.scaleoutsystems.edge.client.task;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The host's code for a custom task, or for a task that the client starts itself. */
@FunctionalInterface
public interface CustomCallback {

    /**
     * Does the task.
     *
     * <p>Called on a thread of its own.
     *
     * @param parameters what the server, or the host itself, gave; values are numbers, texts, booleans, lists and maps of these
     * @param task what was asked for, and the means to log and to notice an abort
     * @return the answer for the server: a number, text, boolean, list or map of these; null for none. As with the reference client,
     *     zero, false and what is empty is no answer either
     * @throws Exception any exception ends the task as FAILED with its class and message; {@link TaskAbortedException} ends it as
     *     INTERRUPTED
     */
    @Nullable
    Object run(Map<String, Object> parameters, TaskContext task) throws Exception;
}
