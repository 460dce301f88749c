package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import org.jspecify.annotations.Nullable;

/** The host's inference code. */
@FunctionalInterface
public interface InferenceCallback {

    /**
     * Infers with the given model. Results for the server are logged with {@link TaskContext#logInferenceResult}.
     *
     * <p>Called on a thread of its own, one inference at a time; by {@link EdgeClient#runInference} on the caller's thread.
     *
     * @param model the model; closed by the SDK after the callback has returned
     * @param task what was asked for; {@link TaskContext#settings()} holds the parameters
     * @return the result. Whoever called {@link EdgeClient#runInference} gets it, and the server gets it as the answer of an
     *     inference that the client started itself; for one that the server asked for it is dropped, as with the reference client
     * @throws Exception any exception ends the task as FAILED with its class and message; {@link TaskAbortedException} ends it as
     *     INTERRUPTED
     */
    @Nullable
    Object infer(ScaleoutModel model, TaskContext task) throws Exception;
}
