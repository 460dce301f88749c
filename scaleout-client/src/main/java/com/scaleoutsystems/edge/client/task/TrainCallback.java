package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.model.ScaleoutModel;

/**
 * The program's training code.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TrainCallback {

    /**
     * Trains on local data, starting from the given model.
     *
     * <p>The SDK calls it on a thread of its own, one training or validation at a time. If the task is aborted and the callback
     * does not react within {@link TaskSettings#abortGrace()}, the SDK interrupts the thread.
     *
     * @param model the global model; the SDK closes it after the callback
     * @param task the request, the abort signal and the methods to log
     * @return the trained model and the number of examples that it was trained on
     * @throws Exception any exception ends the task as FAILED with its class and message; {@link TaskAbortedException} ends it as
     *     INTERRUPTED
     */
    TrainResult train(ScaleoutModel model, TaskContext task) throws Exception;
}
