package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import org.jspecify.annotations.Nullable;

/**
 * The program's inference code.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface InferenceCallback {

    /**
     * Infers with the given model. To send results to the server, log them with {@link TaskContext#logInferenceResult}.
     *
     * <p>The SDK calls it on a thread of its own, one inference at a time. {@link EdgeClient#runInference} calls it on the caller's
     * thread.
     *
     * @param model the model; the SDK closes it after the callback
     * @param task the request, the abort signal and the methods to log; {@link TaskContext#settings()} are the parameters
     * @return the result. {@link EdgeClient#runInference} returns it to its caller. An autonomous inference reports it to the
     *     server as its answer. If the server requested the inference, the SDK ignores it, as the reference client does
     * @throws Exception any exception ends the task as FAILED with its class and message; {@link TaskAbortedException} ends it as
     *     INTERRUPTED
     */
    @Nullable
    Object infer(ScaleoutModel model, TaskContext task) throws Exception;
}
