package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Keeps handles on the few models that came last, for clients without a state directory. */
public final class RecentModels implements ModelCache {

    private static final int CAPACITY = 4;

    private final ModelSettings settings;
    private final Deque<ScaleoutModel> newestFirst = new ArrayDeque<>();
    private boolean closed;

    /** A cache without models. */
    public RecentModels(ModelSettings settings) {
        this.settings = settings;
    }

    @Override
    public ModelSettings settings() {
        return settings;
    }

    @Override
    public synchronized Optional<ScaleoutModel> find(String modelId) {
        return newestFirst.stream()
                .filter(model -> model.modelId().equals(modelId))
                .findFirst()
                .map(ScaleoutModel::share);
    }

    @Override
    public synchronized boolean has(String modelId) {
        return newestFirst.stream().anyMatch(model -> model.modelId().equals(modelId));
    }

    @Override
    public synchronized void keep(ScaleoutModel model, boolean checksummed) {
        if (closed) {
            return;
        }
        forget(model.modelId());
        newestFirst.addFirst(model.share());
        if (newestFirst.size() > CAPACITY) {
            newestFirst.removeLast().close();
        }
    }

    @Override
    public synchronized void forget(String modelId) {
        newestFirst.removeIf(model -> {
            boolean it = model.modelId().equals(modelId);
            if (it) {
                model.close();
            }
            return it;
        });
    }

    @Override
    public synchronized void close() {
        closed = true;
        newestFirst.forEach(ScaleoutModel::close);
        newestFirst.clear();
    }
}
