package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keeps handles only: the bytes stay where the model has them, in memory or in a temporary file. */
public final class MemoryBlobStore implements BlobStore {

    private final Map<String, ScaleoutModel> models = new HashMap<>();
    private boolean closed;

    @Override
    public synchronized boolean pin(String id, ScaleoutModel model) {
        if (closed) {
            throw new EdgeException(ErrorCode.FAILED_PRECONDITION, "the client is closed");
        }
        ScaleoutModel former = models.put(id, model.share());
        if (former != null) {
            former.close();
        }
        return true;
    }

    @Override
    public synchronized Optional<ScaleoutModel> open(String id) {
        ScaleoutModel model = models.get(id);
        return model == null ? Optional.empty() : Optional.of(model.share());
    }

    @Override
    public synchronized void release(String id) {
        ScaleoutModel model = models.remove(id);
        if (model != null) {
            model.close();
        }
    }

    @Override
    public void releaseEarlierExcept(Set<String> ids) {
        // Nothing here is older than the process.
    }

    @Override
    public synchronized void close() {
        closed = true;
        List.copyOf(models.keySet()).forEach(this::release);
    }
}
