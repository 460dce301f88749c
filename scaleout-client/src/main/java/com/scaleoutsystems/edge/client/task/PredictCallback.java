package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.Map;

/** The host's prediction code, for combiners of generation 1.0. Later generations have inference instead. */
@FunctionalInterface
public interface PredictCallback {

    /**
     * Predicts with the given model.
     *
     * <p>Called on a thread of its own, one prediction at a time.
     *
     * @param model the model; closed by the SDK after the callback has returned
     * @param task what was asked for, and the means to log and to notice an abort
     * @return the predicted values by name: numbers, texts, booleans, lists and maps of these, or null. NaN and infinities are sent
     *     as null
     * @throws Exception any exception ends the task as FAILED with its class and message; {@link TaskAbortedException} ends it as
     *     INTERRUPTED
     */
    Map<String, ?> predict(ScaleoutModel model, TaskContext task) throws Exception;
}
