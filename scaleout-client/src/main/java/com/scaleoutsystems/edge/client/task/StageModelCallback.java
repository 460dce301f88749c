package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.model.ScaleoutModel;

/** Hears of models that the server had staged: fetched, and kept for a later inference. */
@FunctionalInterface
public interface StageModelCallback {

    /**
     * A model was staged. Called on a thread of its own.
     *
     * @param model the model; closed by the SDK after the callback has returned
     * @param task the task; may be used until the callback has returned
     * @throws Exception any exception ends the task as FAILED with its class and message; the model stays staged
     */
    void staged(ScaleoutModel model, TaskContext task) throws Exception;
}
