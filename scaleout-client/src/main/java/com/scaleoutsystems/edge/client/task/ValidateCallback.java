package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.Map;

/** The host's validation code. */
@FunctionalInterface
public interface ValidateCallback {

    /**
     * Measures the given model on local data.
     *
     * <p>Called on a thread of its own, one training or validation at a time.
     *
     * @param model the model to measure; closed by the SDK after the callback has returned
     * @param task what was asked for, and the means to log and to notice an abort
     * @return the metrics by name; values are numbers, texts, booleans, lists and maps of these, or null. NaN and infinities
     *     are sent as null
     * @throws Exception any exception ends the task as FAILED with its class and message; {@link TaskAbortedException} ends it as
     *     INTERRUPTED
     */
    Map<String, ?> validate(ScaleoutModel model, TaskContext task) throws Exception;
}
