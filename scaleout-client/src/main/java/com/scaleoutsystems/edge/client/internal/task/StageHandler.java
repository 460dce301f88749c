package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.task.StageModelCallback;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Staging: the model is fetched into the cache, and the host hears of it.
 *
 * @param staged takes note of the model's id
 */
record StageHandler(Optional<StageModelCallback> callback, Consumer<String> staged) implements TaskHandler {

    @Override
    public Map<String, Object> prepare(TaskRequest request) {
        InferenceHandler.requireModel(request, "stage");
        return Map.of();
    }

    @Override
    public Result call(Job job) throws Exception {
        staged.accept(job.request().modelId());
        if (callback.isPresent()) {
            callback.get().staged(job.model(), job.task());
        }
        return Answered.NOTHING;
    }
}
