package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.client.internal.core.Waits;
import com.scaleoutsystems.edge.client.internal.net.Bandwidth;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.ReceivedModel;
import com.scaleoutsystems.edge.client.internal.transport.Transfer;
import com.scaleoutsystems.edge.client.internal.wire.ChunkStreams.SentChunk;
import com.scaleoutsystems.edge.client.internal.wire.WatchedChannel.Replaced;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.proto.ModelRequest;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelStatus;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves models in chunks. Files are read and written on threads that may block, never on the event loop; chunks are asked for
 * and sent only as fast as the other side takes them; a transfer that stands still is given up.
 */
final class ModelTransfers {

    private static final Metadata.Key<String> MODEL_ID = CallIdentity.key("model-id");
    private static final Metadata.Key<String> CHECKSUM = CallIdentity.key("checksum");

    /** What a model may look like that was damaged on its way. */
    private static final Set<String> DAMAGE = Set.of("truncated", "crc", "corrupt_zip", "bad_metadata");

    /** How much of an upload may wait in the connection's buffers. */
    private static final int UPLOAD_BUFFER = 4 << 20;

    private final Channel channel;
    private final CallIdentity credentials;
    private final CallOptions options;
    private final TransferSettings settings;
    private final Bandwidth bandwidth;
    private final ModelSettings models;
    private final Executor io;

    ModelTransfers(
            Channel channel,
            CallIdentity credentials,
            TransferSettings settings,
            Bandwidth bandwidth,
            ModelSettings models,
            Executor io) {
        this.channel = channel;
        this.credentials = credentials;
        this.options = CallOptions.DEFAULT.withCallCredentials(credentials);
        this.settings = settings;
        this.bandwidth = bandwidth;
        this.models = models;
        this.io = io;
    }

    /** These transfers with what an interceptor adds. */
    ModelTransfers with(ClientInterceptor more) {
        return new ModelTransfers(
                ClientInterceptors.intercept(channel, more), credentials, settings, bandwidth, models, io);
    }

    /** Fetches a model; fails with DATA_LOSS, retryable, if it does not match its checksum. */
    Transfer<ReceivedModel> download(String modelId, LongConsumer progress) {
        Cancellation cancellation = new Cancellation("download of model " + modelId);
        return new Transfer<>(onIo(() -> received(modelId, progress, cancellation)), cancellation::cancel);
    }

    private ReceivedModel received(String modelId, LongConsumer progress, Cancellation cancellation) {
        cancellation.sleep(bandwidth.takeWindow());
        ArrivingBytes arriving = new ArrivingBytes();
        ClientCall<ModelRequest, ReceivedChunk> call = channel.newCall(
                ChunkStreams.DOWNLOAD,
                options.withOption(CombinerAnswers.ABOUT, modelId).withStreamTracerFactory(arriving));
        ModelRequest request = ModelRequest.newBuilder().setModelId(modelId).build();
        ScaleoutModel received = null;
        try (ReceivedChunks chunks = ReceivedChunks.start(
                call, request, new ReceivedChunks.Patience(settings.idleTimeout(), arriving, bandwidth), progress)) {
            cancellation.started(call);
            received = ScaleoutModel.fromBuffers(chunks, models);
            Optional<String> checksum =
                    Optional.ofNullable(chunks.trailers().get(CHECKSUM)).filter(text -> !text.isEmpty());
            ScaleoutModel verified = verified(modelId, received, checksum);
            if (verified != received) {
                received.close();
            }
            bandwidth.giveWindowBack();
            return new ReceivedModel(verified, checksum);
        } catch (Throwable failure) {
            call.cancel("the download was given up", failure);
            if (received != null) {
                received.close();
            }
            if (failure instanceof ModelException unreadable && DAMAGE.contains(unreadable.reason())) {
                // The damage may have happened on the way: worth another try.
                throw new EdgeException(
                        ErrorCode.DATA_LOSS,
                        "model " + modelId + " cannot be read: " + unreadable.getMessage(),
                        failure,
                        true,
                        1);
            }
            throw GrpcErrors.of("downloading model " + modelId, failure);
        }
    }

    /** A call may only be cancelled after it was started; a wish that comes earlier is kept. */
    private static final class Cancellation {

        private final ReentrantLock lock = new ReentrantLock();
        private final Condition wish = lock.newCondition();
        private final String transfer;
        private @Nullable ClientCall<?, ?> call;
        private boolean wanted;

        Cancellation(String transfer) {
            this.transfer = transfer;
        }

        void started(ClientCall<?, ?> started) {
            lock.lock();
            try {
                call = started;
                if (wanted) {
                    cancel();
                }
            } finally {
                lock.unlock();
            }
        }

        void cancel() {
            lock.lock();
            try {
                wanted = true;
                wish.signalAll();
                if (call != null) {
                    call.cancel("the " + transfer + " was given up", null);
                }
            } finally {
                lock.unlock();
            }
        }

        /** Waits for a transfer's turn. */
        void sleep(Duration time) {
            lock.lock();
            try {
                if (Waits.until(() -> wanted, wish, time)) {
                    throw cancelled(null);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw cancelled(e);
            } finally {
                lock.unlock();
            }
        }

        private EdgeException cancelled(@Nullable Throwable cause) {
            return new EdgeException(ErrorCode.CANCELLED, "the " + transfer + " was given up before it began", cause);
        }
    }

    private static ScaleoutModel verified(String modelId, ScaleoutModel model, Optional<String> checksum) {
        if (model.size() == 0) {
            throw new EdgeException(
                    ErrorCode.DATA_LOSS, "the combiner sent nothing for model " + modelId, null, true, 1);
        }
        if (checksum.isPresent() && !checksum.get().equalsIgnoreCase(model.checksum())) {
            throw new EdgeException(
                    ErrorCode.DATA_LOSS,
                    "model " + modelId + " arrived damaged: its SHA-256 is " + model.checksum() + ", the combiner says "
                            + checksum.get(),
                    null,
                    true,
                    1);
        }
        if (model.isRaw()) {
            // Only the request says which model a payload without a container is.
            return model.withModelId(modelId);
        }
        if (!model.modelId().equals(modelId)) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "asked the combiner for model " + modelId + " and got model " + model.modelId());
        }
        return model;
    }

    /**
     * Stores a model; an answer of FAILED is a failure.
     *
     * @param whole whether the combiner takes the model as it is; otherwise it gets what the model was trained to, without the container
     */
    Transfer<@Nullable Void> upload(CompletionStage<Boolean> whole, ScaleoutModel model, LongConsumer progress) {
        Cancellation cancellation = new Cancellation("upload of model " + model.modelId());
        return new Transfer<>(
                whole.thenCompose(asItIs ->
                        asItIs ? upload(model, progress, cancellation) : uploadBare(model, progress, cancellation)),
                cancellation::cancel);
    }

    private CompletionStage<@Nullable Void> upload(
            ScaleoutModel model, LongConsumer progress, Cancellation cancellation) {
        return onIo(() -> sent(model, progress, cancellation)).thenApply(stored -> null);
    }

    private ModelResponse sent(ScaleoutModel model, LongConsumer progress, Cancellation cancellation) {
        Metadata metadata = new Metadata();
        metadata.put(MODEL_ID, model.modelId());
        metadata.put(CHECKSUM, model.checksum());
        ClientCall<SentChunk, ModelResponse> call = channel.newCall(
                ChunkStreams.UPLOAD,
                options.withOnReadyThreshold(bandwidth.chunk(UPLOAD_BUFFER))
                        .withOption(CombinerAnswers.ABOUT, model.modelId()));
        try (InputStream bytes = model.openStream()) {
            SentChunks upload = SentChunks.start(call, metadata, settings, bandwidth, credentials);
            cancellation.started(call);
            int chunkSize = bandwidth.chunk(settings.chunkSize());
            long sent = 0;
            while (sent < model.size()) {
                int size = (int) Math.min(chunkSize, model.size() - sent);
                upload.send(new SentChunk(bytes, size));
                sent += size;
                progress.accept(sent);
            }
            return stored(model, upload.finish());
        } catch (Throwable failure) {
            call.cancel("the upload was given up", failure);
            throw GrpcErrors.of("uploading model " + model.modelId(), failure);
        }
    }

    private CompletionStage<@Nullable Void> uploadBare(
            ScaleoutModel model, LongConsumer progress, Cancellation cancellation) {
        return onIo(() -> {
                    ScaleoutModel content = ScaleoutModel.fromStream(model.openTrainingModel(), models);
                    try (content) {
                        return content.withModelId(model.modelId());
                    }
                })
                .thenCompose(bare -> upload(bare, progress, cancellation).whenComplete((done, error) -> bare.close()));
    }

    private ModelResponse stored(ScaleoutModel model, ModelResponse answer) {
        if (answer.getStatus() == ModelStatus.FAILED) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "the combiner did not store model " + model.modelId() + ": "
                            + credentials.said(answer.getMessage()),
                    null,
                    true,
                    1);
        }
        return answer;
    }

    private <T> CompletionStage<T> onIo(Supplier<T> transfer) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            io.execute(() -> {
                try {
                    result.complete(onLivingConnection(transfer));
                } catch (Throwable failure) {
                    result.completeExceptionally(failure);
                }
            });
        } catch (Throwable noThread) {
            result.completeExceptionally(noThread);
        }
        return result;
    }

    /** A transfer whose connection was replaced begins again on the new one; that is no failed attempt. */
    private static <T> T onLivingConnection(Supplier<T> transfer) {
        while (true) {
            try {
                return transfer.get();
            } catch (EdgeException failure) {
                if (!Replaced.isReasonOf(failure)) {
                    throw failure;
                }
            }
        }
    }
}
