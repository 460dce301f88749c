package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.Map;

/**
 * The program's prediction code, for combiners of generation 1.0. Later generations have inference instead.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PredictCallback {

    /**
     * Predicts with the given model.
     *
     * <p>The SDK calls it on a thread of its own, one prediction at a time.
     *
     * @param model the model; the SDK closes it after the callback
     * @param task the request, the abort signal and the methods to log
     * @return the predicted values by name: numbers, texts, booleans, lists and maps of these, or null. The client
     *     sends NaN and infinities as null
     * @throws Exception any exception ends the task as FAILED with its class and message; {@link TaskAbortedException} ends it as
     *     INTERRUPTED
     */
    Map<String, ?> predict(ScaleoutModel model, TaskContext task) throws Exception;
}
