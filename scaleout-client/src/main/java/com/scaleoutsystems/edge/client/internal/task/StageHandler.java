package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.task.StageModelCallback;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.util.Map;
import java.util.Optional;

/**
 * Staging: the client gets the model into its cache and calls the host.
 *
 * @param staged remembers the model
 */
record StageHandler(Optional<StageModelCallback> callback, StagedModels staged) implements TaskHandler {

    @Override
    public Map<String, Object> prepare(TaskRequest request) {
        InferenceHandler.requireModel(request, "stage");
        return Map.of();
    }

    @Override
    public Result call(CallbackInput input) throws Exception {
        staged.add(input.request().modelId());
        if (callback.isPresent()) {
            callback.get().staged(input.model(), input.task());
        }
        return Answered.NOTHING;
    }
}
