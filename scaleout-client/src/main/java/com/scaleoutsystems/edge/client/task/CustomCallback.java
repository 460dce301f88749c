package com.scaleoutsystems.edge.client.task;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The program's code for a custom task or an autonomous task.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CustomCallback {

    /**
     * Runs the task.
     *
     * <p>The SDK calls it on a thread of its own.
     *
     * @param parameters the parameters from the server or the program; numbers, texts, booleans, lists and maps of these
     * @param task the request, the abort signal and the methods to log
     * @return the answer for the server: a number, text, boolean, list or map of these; null for no answer. As in the
     *     reference client, zero, false and empty values also count as no answer
     * @throws Exception any exception ends the task as FAILED with its class and message; {@link TaskAbortedException} ends it as
     *     INTERRUPTED
     */
    @Nullable
    Object run(Map<String, Object> parameters, TaskContext task) throws Exception;
}
