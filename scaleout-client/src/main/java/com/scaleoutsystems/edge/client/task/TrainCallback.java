package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.model.ScaleoutModel;

/** The host's training code. */
@FunctionalInterface
public interface TrainCallback {

    /**
     * Trains on local data, starting from the given model.
     *
     * <p>Called on a thread of its own, one training or validation at a time. The thread is interrupted when the task is
     * aborted and the callback has not reacted within {@link TaskSettings#abortGrace()}.
     *
     * @param model the global model; closed by the SDK after the callback has returned
     * @param task what was asked for, and the means to log and to notice an abort
     * @return the trained model with the number of examples it was trained on
     * @throws Exception any exception ends the task as FAILED with its class and message; {@link TaskAbortedException} ends it as
     *     INTERRUPTED
     */
    TrainResult train(ScaleoutModel model, TaskContext task) throws Exception;
}
