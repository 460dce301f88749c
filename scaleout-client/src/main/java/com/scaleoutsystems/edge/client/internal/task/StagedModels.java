package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.SaidOnce;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.ModelCache;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Which models were fetched for a later inference. From any thread; may block on the disk where it says so. Strands come here too, so
 * the monitor is never held while something waits for the disk or for the log.
 */
final class StagedModels {

    private static final Logger LOG = Loggers.of(Loggers.TASK);

    private final SaidOnce unwritable;
    private final IdentityRows rows;
    private final ModelFetcher models;
    private final ModelCache cache;

    /** By the model's id, the last time it was staged; an object tells one time from another. */
    private final Map<String, Object> staged = new LinkedHashMap<>();

    /** The models that an earlier process staged. */
    StagedModels(TaskDependencies client, ModelFetcher models) {
        this.unwritable = new SaidOnce(client.env()::nanos);
        this.rows = client.rows();
        this.models = models;
        this.cache = client.models();
        for (Row row : client.recovered().staged()) {
            staged.put(row.key(), new Object());
            cache.staged(row.key(), rows.identity());
        }
    }

    /** Those that are still here: the cache may have dropped some for lack of room. Blocks on the disk. */
    List<String> all() {
        copy().forEach((modelId, time) -> {
            if (!models.has(modelId)) {
                forget(modelId, time);
            }
        });
        return List.copyOf(copy().keySet());
    }

    private synchronized Map<String, Object> copy() {
        return new LinkedHashMap<>(staged);
    }

    void add(String modelId) {
        cache.staged(modelId, rows.identity());
        CompletionStage<@Nullable Void> commit;
        synchronized (this) {
            if (staged.put(modelId, new Object()) != null) {
                return;
            }
            commit = rows.commit(new Batch().put(Table.STAGED, modelId, "{}"));
        }
        noted(commit, modelId);
    }

    /** Blocks on the disk. */
    boolean remove(String modelId) {
        boolean was = forget(modelId, null);
        models.forget(modelId);
        return was;
    }

    /** Forgets a model, unless it was staged at another time than the given one. */
    private boolean forget(String modelId, @Nullable Object time) {
        CompletionStage<@Nullable Void> commit;
        synchronized (this) {
            Object latest = staged.get(modelId);
            if (latest == null || (time != null && time != latest)) {
                return false;
            }
            staged.remove(modelId);
            cache.unstaged(modelId, rows.identity());
            commit = rows.commit(new Batch().delete(Table.STAGED, modelId));
        }
        noted(commit, modelId);
        return true;
    }

    private void noted(CompletionStage<@Nullable Void> commit, String modelId) {
        var unused = commit.whenComplete((done, error) -> {
            if (error == null) {
                unwritable.works(LOG, "storing which models are staged");
            } else {
                unwritable.fails(
                        LOG,
                        Stages.cause(error),
                        "the client will forget after a restart that model {} was staged or unstaged",
                        modelId);
            }
        });
    }
}
