package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.RetryLoop;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.FailureKind;
import com.scaleoutsystems.edge.client.internal.transport.ModelUploads;
import com.scaleoutsystems.edge.client.internal.transport.Transfer;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The models that the host gets, sends and stages on its own account. From any thread. */
public final class HostModels {

    private final TaskDependencies client;
    private final Strand strand;
    private final RetryPolicy retry;
    private final ModelFetcher fetcher;
    private final StagedModels staged;
    private final ModelUploads uploads;
    private final Cancellable gateWatch;

    /** The uploads that have not ended. Used on the strand only, like the flag below. */
    private final Set<Upload> sending = new LinkedHashSet<>();

    private boolean closed;

    HostModels(TaskDependencies client, TaskPolicy policy, ModelFetcher fetcher, StagedModels staged) {
        this.client = client;
        this.strand = client.strand();
        this.retry = policy.transfers();
        this.fetcher = fetcher;
        this.staged = staged;
        this.uploads = new ModelUploads(client.env(), client.listeners(), client.gate());
        this.gateWatch = client.gate().whenChanged(this::gateChanged);
    }

    /** Gets a model from the cache or the combiner; whoever takes it closes it. */
    public CompletionStage<ScaleoutModel> get(String modelId) {
        CompletableFuture<ScaleoutModel> result = new CompletableFuture<>();
        strand.execute(() -> {
            if (closed) {
                result.completeExceptionally(closedMeanwhile());
            } else {
                forward(fetcher.fetchNow(modelId).model(), result);
            }
        });
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

    /** Sends a model to the combiner with a limited number of attempts; the model stays the caller's. */
    public CompletionStage<@Nullable Void> send(ScaleoutModel model) {
        CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
        strand.execute(() -> send(model, result));
        return result;
    }

    private void send(ScaleoutModel model, CompletableFuture<@Nullable Void> result) {
        Upload upload = new Upload(model, result);
        if (closed) {
            upload.giveUp(closedMeanwhile());
        } else if (!client.gate().isOpen()) {
            upload.giveUp(client.gate().closed());
        } else {
            upload.start();
        }
    }

    /** Hears of no more changes. */
    void stop() {
        gateWatch.cancel();
    }

    /** The host does not wait until it opens the gate itself. */
    private void gateChanged() {
        if (!client.gate().isOpen()) {
            List.copyOf(sending).forEach(upload -> upload.giveUp(client.gate().closed()));
        }
    }

    private static EdgeException closedMeanwhile() {
        return new EdgeException(ErrorCode.CANCELLED, "the client was closed meanwhile");
    }

    /** Gets and sends no more models, and ends the waits for those that are being sent. Called on the client's strand. */
    void close() {
        closed = true;
        List.copyOf(sending).forEach(upload -> upload.giveUp(closedMeanwhile()));
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

    /** One upload with its attempts. Lives on the client's strand. */
    private final class Upload {

        private final CompletableFuture<@Nullable Void> result;
        private final RetryLoop<Duration> attempts;
        private Cancellable transfer = () -> {};

        Upload(ScaleoutModel model, CompletableFuture<@Nullable Void> result) {
            this.result = result;
            this.attempts =
                    new RetryLoop<>(client.env(), strand, retry, () -> attempt(model)).retryAfter(FailureKind::mayPass);
        }

        private CompletionStage<Duration> attempt(ScaleoutModel model) {
            Transfer<Duration> upload = uploads.upload(client.transport(), model);
            transfer = upload::cancel;
            return upload.result();
        }

        void start() {
            sending.add(this);
            strand.when(attempts.start(), (time, error) -> {
                sending.remove(this);
                if (error == null) {
                    result.complete(null);
                } else {
                    result.completeExceptionally(error);
                }
            });
        }

        void giveUp(EdgeException why) {
            attempts.cancel();
            transfer.cancel();
            result.completeExceptionally(why);
        }
    }
}
