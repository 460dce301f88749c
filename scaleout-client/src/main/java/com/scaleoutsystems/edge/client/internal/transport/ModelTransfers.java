package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.TransferSettings;
import com.scaleoutsystems.edge.model.ModelException;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelRequest;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelServiceGrpc;
import com.scaleoutsystems.edge.proto.ModelStatus;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
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

    private final Channel channel;
    private final CallOptions options;
    private final TransferSettings settings;
    private final Executor io;

    ModelTransfers(Channel channel, CallIdentity credentials, TransferSettings settings, Executor io) {
        this.channel = channel;
        this.options = CallOptions.DEFAULT.withCallCredentials(credentials);
        this.settings = settings;
        this.io = io;
    }

    /** Fetches a model; fails with DATA_LOSS, retryable, if it does not match its checksum. */
    CompletionStage<ScaleoutModel> download(String modelId, LongConsumer progress) {
        return onIo(() -> {
            ClientCall<ModelRequest, FileChunk> call = channel.newCall(ModelServiceGrpc.getDownloadMethod(), options);
            ReceivedChunks chunks = ReceivedChunks.start(
                    call, ModelRequest.newBuilder().setModelId(modelId).build(), settings.idleTimeout(), progress);
            ScaleoutModel received = null;
            try {
                received = ScaleoutModel.fromFileChunkStream(chunks);
                ScaleoutModel verified =
                        verified(modelId, received, chunks.trailers().get(CHECKSUM));
                if (verified != received) {
                    received.close();
                }
                return verified;
            } catch (RuntimeException | Error failure) {
                call.cancel("the download was given up", failure);
                if (received != null) {
                    received.close();
                }
                if (failure instanceof ModelException unreadable && DAMAGE.contains(unreadable.reason())) {
                    // It cannot be told whether it was damaged on the way or before: worth another try.
                    throw new EdgeException(
                            ErrorCode.DATA_LOSS,
                            "model " + modelId + " cannot be read: " + failure.getMessage(),
                            failure,
                            true,
                            1);
                }
                throw GrpcErrors.of("downloading model " + modelId, failure);
            }
        });
    }

    private static ScaleoutModel verified(String modelId, ScaleoutModel model, @Nullable String checksum) {
        if (checksum != null && !checksum.isEmpty() && !checksum.equalsIgnoreCase(model.checksum())) {
            throw new EdgeException(
                    ErrorCode.DATA_LOSS,
                    "model " + modelId + " arrived damaged: its SHA-256 is " + model.checksum() + ", the combiner says "
                            + checksum,
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

    /** Stores a model; an answer of FAILED is a failure. */
    CompletionStage<@Nullable Void> upload(ScaleoutModel model, LongConsumer progress) {
        CompletionStage<ModelResponse> answer = onIo(() -> {
            Metadata metadata = new Metadata();
            metadata.put(MODEL_ID, model.modelId());
            metadata.put(CHECKSUM, model.checksum());
            ClientCall<FileChunk, ModelResponse> call = channel.newCall(ModelServiceGrpc.getUploadMethod(), options);
            try {
                SentChunks upload = SentChunks.start(call, metadata, settings);
                Iterator<FileChunk> chunks = model.fileChunkStream(settings.chunkSize());
                long sent = 0;
                while (chunks.hasNext()) {
                    FileChunk chunk = chunks.next();
                    upload.send(chunk);
                    sent += chunk.getData().size();
                    progress.accept(sent);
                }
                return stored(model, upload.finish());
            } catch (RuntimeException | Error failure) {
                call.cancel("the upload was given up", failure);
                throw GrpcErrors.of("uploading model " + model.modelId(), failure);
            }
        });
        return answer.thenApply(stored -> null);
    }

    private static ModelResponse stored(ScaleoutModel model, ModelResponse answer) {
        if (answer.getStatus() == ModelStatus.FAILED) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "the combiner did not store model " + model.modelId() + ": " + answer.getMessage(),
                    null,
                    true,
                    1);
        }
        return answer;
    }

    private <T> CompletionStage<T> onIo(Transfer<T> transfer) {
        CompletableFuture<T> result = new CompletableFuture<>();
        io.execute(() -> {
            try {
                result.complete(transfer.run());
            } catch (RuntimeException | Error failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    /** A transfer on a thread that may block. */
    private interface Transfer<T> {
        T run();
    }

    /** What a transfer throws when nothing has moved for too long. */
    static EdgeException stalled(java.time.Duration idle) {
        return GrpcErrors.of(
                "the transfer",
                Status.DEADLINE_EXCEEDED
                        .withDescription("nothing moved for " + idle.toMillis() + " ms")
                        .asRuntimeException());
    }
}
