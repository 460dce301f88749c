package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The models that the host gets and stages on its own account. From any thread. */
public final class HostModels {

    private final TaskDependencies client;
    private final Strand strand;
    private final ModelFetcher fetcher;
    private final StagedModels staged;

    HostModels(TaskDependencies client, ModelFetcher fetcher, StagedModels staged) {
        this.client = client;
        this.strand = client.strand();
        this.fetcher = fetcher;
        this.staged = staged;
    }

    /** Gets a model from the cache or the combiner; whoever takes it closes it. */
    public CompletionStage<ScaleoutModel> get(String modelId) {
        CompletableFuture<ScaleoutModel> result = new CompletableFuture<>();
        strand.execute(() -> forward(fetcher.fetch(modelId).model(), result));
        return result;
    }

    private static <T> void forward(CompletionStage<T> from, CompletableFuture<T> to) {
        var unused = from.whenComplete((value, error) -> {
            if (error == null) {
                to.complete(value);
            } else {
                to.completeExceptionally(error);
            }
        });
    }

    /** Gets a model and remembers that it is staged. */
    public CompletionStage<ScaleoutModel> stage(String modelId) {
        return get(modelId).whenComplete((model, error) -> {
            if (error == null) {
                staged.add(modelId);
            }
        });
    }

    /** Keeps a model of the host's, as if it had been staged. Blocks on the disk. */
    public void stage(ScaleoutModel model) {
        client.models().keep(model, true);
        staged.add(model.modelId());
    }

    /** The ids of staged models. Blocks on the disk. */
    public List<String> staged() {
        return staged.all();
    }

    /** Drops a staged model; false if it is not staged. Blocks on the disk. */
    public boolean unstage(String modelId) {
        return staged.remove(modelId);
    }
}
