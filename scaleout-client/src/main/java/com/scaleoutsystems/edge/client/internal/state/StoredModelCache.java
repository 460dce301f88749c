package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ModelStore;
import com.scaleoutsystems.edge.model.ModelStoreSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps models in a folder of the state directory, across restarts.
 *
 * @param store the folder's store
 */
public record StoredModelCache(ModelStore store) implements ModelCache {

    /**
     * Opens the cache of a state directory.
     *
     * @throws EdgeException IO if its folder cannot be used
     */
    public static StoredModelCache open(Path directory, ModelStoreSettings settings) {
        Path folder = directory.resolve("models");
        try {
            OwnerOnly.directory(folder);
        } catch (IOException e) {
            throw new EdgeException(ErrorCode.IO, "the folder of kept models " + folder + " cannot be made: " + e, e);
        }
        ModelStore store = ModelStore.open(folder, settings);
        OwnerOnly.tightenAll(folder);
        return new StoredModelCache(store);
    }

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
