package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.Map;

/**
 * The program's validation code.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ValidateCallback {

    /**
     * Measures the given model on local data.
     *
     * <p>The SDK calls it on a thread of its own, one training or validation at a time.
     *
     * @param model the model to measure; the SDK closes it after the callback
     * @param task the request, the abort signal and the methods to log
     * @return the metrics by name; values are numbers, texts, booleans, lists and maps of these, or null. The client sends
     *     NaN and infinities as null
     * @throws Exception any exception ends the task as FAILED with its class and message; {@link TaskAbortedException} ends it as
     *     INTERRUPTED
     */
    Map<String, ?> validate(ScaleoutModel model, TaskContext task) throws Exception;
}
