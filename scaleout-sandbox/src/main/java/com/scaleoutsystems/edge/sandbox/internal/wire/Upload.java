package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.google.protobuf.Empty;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelStatus;
import com.scaleoutsystems.edge.sandbox.internal.model.HeldModels;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One upload: written aside as it comes, stored when it is whole and as its sender said. */
final class Upload implements StreamObserver<FileChunk> {
    private static final Logger LOG = LoggerFactory.getLogger(Upload.class);

    private final HeldModels models;
    private final CallRecorder recorder;
    private final AtomicLong transferred;
    private final Caller caller;
    private final ServerCallStreamObserver<ModelResponse> observer;
    private final String modelId;
    private final String checksum;
    private HeldModels.@Nullable Draft draft;
    private long bytes;
    private long chunks;
    private long largestChunk;

    Upload(
            HeldModels models,
            CallRecorder recorder,
            AtomicLong transferred,
            Caller caller,
            ServerCallStreamObserver<ModelResponse> observer) {
        this.models = models;
        this.recorder = recorder;
        this.transferred = transferred;
        this.caller = caller;
        this.observer = observer;
        this.modelId = caller.metadata().getOrDefault("model-id", "");
        this.checksum = caller.metadata().getOrDefault("checksum", "");
    }

    void start() {
        observer.setOnCancelHandler(this::discard);
        if (modelId.isEmpty() || checksum.isEmpty()) {
            String missing = modelId.isEmpty() ? "model-id" : "checksum";
            Status status = Status.INVALID_ARGUMENT.withDescription("The metadata " + missing + " is missing");
            observer.onError(recorder.refuse("Upload", caller, Empty.getDefaultInstance(), status)
                    .asRuntimeException());
            return;
        }
        try {
            draft = models.draft();
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public void onNext(FileChunk chunk) {
        if (draft == null) {
            return;
        }
        int size = chunk.getData().size();
        bytes += size;
        chunks++;
        largestChunk = Math.max(largestChunk, size);
        transferred.addAndGet(size);
        try {
            chunk.getData().writeTo(draft.out());
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public void onCompleted() {
        if (draft == null) {
            return;
        }
        try {
            Optional<String> refusal = store(draft);
            discard();
            String message = refusal.orElse("got " + bytes + " bytes");
            recorder.record(
                    "Upload",
                    caller,
                    Empty.getDefaultInstance(),
                    new Recorded.Upload(
                            recorder.now(),
                            caller.clientId(),
                            modelId,
                            checksum,
                            bytes,
                            chunks,
                            largestChunk,
                            refusal.isEmpty(),
                            message));
            observer.onNext(ModelResponse.newBuilder()
                    .setStatus(refusal.isEmpty() ? ModelStatus.OK : ModelStatus.FAILED)
                    .setMessage(message)
                    .build());
            observer.onCompleted();
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public void onError(Throwable cancelled) {
        discard();
    }

    /** Stores the model, or says why not. The same bytes may come again, since an answer may get lost. */
    private Optional<String> store(HeldModels.Draft draft) throws IOException {
        String actual = draft.finish();
        if (bytes == 0) {
            return Optional.of("got no bytes");
        }
        if (!actual.equals(checksum)) {
            return Optional.of("checksum is " + actual + ", the metadata said " + checksum);
        }
        Optional<String> fault = fault(draft.file());
        if (fault.isPresent()) {
            return fault;
        }
        return draft.sealIfNew(modelId, actual).checksum().equals(actual)
                ? Optional.empty()
                : Optional.of("model " + modelId + " exists and has other bytes");
    }

    /** Clients refuse a container under another id than its own, so it is refused here already. */
    private Optional<String> fault(Path file) {
        try (ScaleoutModel model = ScaleoutModel.fromFile(file)) {
            return model.isRaw() || model.modelId().equals(modelId)
                    ? Optional.empty()
                    : Optional.of("the container holds model " + model.modelId() + ", the metadata said " + modelId);
        } catch (EdgeException e) {
            return Optional.of("not a good model: " + e.getMessage());
        }
    }

    private void discard() {
        if (draft != null) {
            try {
                draft.close();
            } catch (IOException e) {
                LOG.debug("Could not discard an upload", e);
            }
            draft = null;
        }
    }

    private void fail(IOException e) {
        discard();
        LOG.error("Can't store model {}", modelId, e);
        observer.onError(
                Status.INTERNAL.withDescription("Can't store the model: " + e).asRuntimeException());
    }
}
