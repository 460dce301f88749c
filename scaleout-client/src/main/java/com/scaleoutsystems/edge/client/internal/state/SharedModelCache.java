package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.Optional;

/**
 * One client's use of a cache that it shares.
 *
 * @param cache the cache
 * @param leave what closing does: the cache itself stays open for the others
 */
public record SharedModelCache(ModelCache cache, Runnable leave) implements ModelCache {

    @Override
    public ModelSettings settings() {
        return cache.settings();
    }

    @Override
    public Optional<ScaleoutModel> find(String modelId) {
        return cache.find(modelId);
    }

    @Override
    public boolean has(String modelId) {
        return cache.has(modelId);
    }

    @Override
    public void keep(ScaleoutModel model, boolean checksummed) {
        cache.keep(model, checksummed);
    }

    @Override
    public void forget(String modelId) {
        cache.forget(modelId);
    }

    @Override
    public void staged(String modelId, String identity) {
        cache.staged(modelId, identity);
    }

    @Override
    public void unstaged(String modelId, String identity) {
        cache.unstaged(modelId, identity);
    }

    @Override
    public void close() {
        leave.run();
    }
}
