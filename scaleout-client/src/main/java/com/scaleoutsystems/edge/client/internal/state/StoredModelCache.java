package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ModelStore;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.Optional;

/**
 * Keeps models in a folder of the state directory, across restarts.
 *
 * @param store the folder's store
 */
public record StoredModelCache(ModelStore store) implements ModelCache {

    @Override
    public ModelSettings settings() {
        return store.modelSettings();
    }

    @Override
    public Optional<ScaleoutModel> find(String modelId) {
        return store.get(modelId);
    }

    @Override
    public boolean has(String modelId) {
        return store.contains(modelId);
    }

    @Override
    public void keep(ScaleoutModel model, boolean checksummed) {
        if (checksummed) {
            store.put(model);
        }
    }

    @Override
    public void forget(String modelId) {
        store.remove(modelId);
    }

    @Override
    public void close() {
        store.close();
    }
}
