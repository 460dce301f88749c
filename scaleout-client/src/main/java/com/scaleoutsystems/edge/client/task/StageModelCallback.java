package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.model.ScaleoutModel;

/**
 * Called for each model that the client has staged: downloaded and kept for a later inference.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface StageModelCallback {

    /**
     * The client has staged a model. The SDK calls this method on a thread of its own.
     *
     * @param model the model; the SDK closes it after the callback
     * @param task the request, the abort signal and the methods to log
     * @throws Exception any exception ends the task as FAILED with its class and message; the model stays staged
     */
    void staged(ScaleoutModel model, TaskContext task) throws Exception;
}
