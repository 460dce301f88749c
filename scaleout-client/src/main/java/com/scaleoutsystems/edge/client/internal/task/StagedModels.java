package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.SaidOnce;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Which models were fetched for a later inference. From any thread; may block on the disk where it says so. */
final class StagedModels {

    private static final Logger LOG = Loggers.of(Loggers.TASK);

    private final SaidOnce unwritable;
    private final IdentityRows rows;
    private final ModelFetcher models;
    private final Set<String> ids = new LinkedHashSet<>();

    /** The models that an earlier process staged. */
    StagedModels(TaskDependencies client, ModelFetcher models) {
        this.unwritable = new SaidOnce(client.env()::nanos);
        this.rows = client.rows();
        this.models = models;
        for (Row row : client.recovered().staged()) {
            ids.add(row.key());
        }
    }

    /** Those that are still here: the cache may have dropped some for lack of room. Blocks on the disk. */
    synchronized List<String> all() {
        for (String modelId : List.copyOf(ids)) {
            if (!models.has(modelId)) {
                forget(modelId);
            }
        }
        return List.copyOf(ids);
    }

    synchronized void add(String modelId) {
        if (ids.add(modelId)) {
            noted(rows.commit(new Batch().put(Table.STAGED, modelId, "{}")), modelId);
        }
    }

    /** Blocks on the disk. */
    boolean remove(String modelId) {
        boolean was;
        synchronized (this) {
            was = ids.contains(modelId);
            if (was) {
                forget(modelId);
            }
        }
        // This may wait for the disk, and others of this object don't.
        models.forget(modelId);
        return was;
    }

    private void forget(String modelId) {
        ids.remove(modelId);
        noted(rows.commit(new Batch().delete(Table.STAGED, modelId)), modelId);
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
