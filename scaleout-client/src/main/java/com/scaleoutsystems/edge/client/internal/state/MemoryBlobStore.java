package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps handles only: the bytes stay where the model has them, in memory or in a temporary file. */
public final class MemoryBlobStore implements BlobStore {

    private final Map<String, ScaleoutModel> models = new ConcurrentHashMap<>();

    @Override
    public void pin(String id, ScaleoutModel model) {
        ScaleoutModel former = models.put(id, model.share());
        if (former != null) {
            former.close();
        }
    }

    @Override
    public Optional<ScaleoutModel> open(String id) {
        ScaleoutModel model = models.get(id);
        return model == null ? Optional.empty() : Optional.of(model.share());
    }

    @Override
    public void release(String id) {
        ScaleoutModel model = models.remove(id);
        if (model != null) {
            model.close();
        }
    }

    @Override
    public void close() {
        models.keySet().forEach(this::release);
    }
}
