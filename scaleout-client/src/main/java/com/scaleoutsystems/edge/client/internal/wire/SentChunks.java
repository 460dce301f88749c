package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.core.Waits;
import com.scaleoutsystems.edge.client.internal.net.Bandwidth;
import com.scaleoutsystems.edge.client.internal.wire.ChunkStreams.SentChunk;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelStatus;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The chunks of an upload, sent as fast as the connection takes them. */
final class SentChunks {

    private final ClientCall<SentChunk, ModelResponse> call;
    private final TransferSettings settings;
    private final Bandwidth bandwidth;
    private final CallIdentity credentials;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable ModelResponse answer;
    private @Nullable Status ended;

    private SentChunks(
            ClientCall<SentChunk, ModelResponse> call,
            TransferSettings settings,
            Bandwidth bandwidth,
            CallIdentity credentials) {
        this.call = call;
        this.settings = settings;
        this.bandwidth = bandwidth;
        this.credentials = credentials;
    }

    static SentChunks start(
            ClientCall<SentChunk, ModelResponse> call,
            Metadata metadata,
            TransferSettings settings,
            Bandwidth bandwidth,
            CallIdentity credentials) {
        SentChunks upload = new SentChunks(call, settings, bandwidth, credentials);
        call.start(upload.new Listener(), metadata);
        call.request(1);
        return upload;
    }

    /** Sends the chunk once the connection is ready for it and the chunk's turn has come. */
    void send(SentChunk chunk) {
        if (!until(() -> call.isReady() || ended != null, settings.idleTimeout())) {
            throw GrpcErrors.stalled(settings.idleTimeout());
        }
        var unused = until(() -> ended != null, bandwidth.take(chunk.size()));
        if (ended == null) {
            call.sendMessage(chunk);
        } else if (!ended.isOk()) {
            throw ended.asRuntimeException();
        } else if (answer != null && answer.getStatus() == ModelStatus.FAILED) {
            throw Status.FAILED_PRECONDITION
                    .withDescription(credentials.said(answer.getMessage()))
                    .asRuntimeException();
        } else {
            throw Status.INTERNAL
                    .withDescription("the combiner answered before it had the whole model")
                    .asRuntimeException();
        }
    }

    /** Ends the upload and waits for the answer. */
    ModelResponse finish() {
        call.halfClose();
        if (!until(() -> ended != null, settings.answerTimeout())) {
            throw GrpcErrors.stalled(settings.answerTimeout());
        }
        if (ended != null && !ended.isOk()) {
            throw ended.asRuntimeException();
        }
        if (answer == null) {
            throw Status.INTERNAL.withDescription("the combiner gave no answer").asRuntimeException();
        }
        return answer;
    }

    /** Whether the condition came to hold in time. */
    private boolean until(BooleanSupplier condition, Duration patience) {
        lock.lock();
        try {
            return Waits.until(condition, changed, patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withDescription("interrupted").withCause(e).asRuntimeException();
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private final class Listener extends ClientCall.Listener<ModelResponse> {

        @Override
        public void onMessage(ModelResponse message) {
            change(() -> answer = message);
        }

        @Override
        public void onReady() {
            change(() -> {});
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            change(() -> ended = status);
        }
    }
}
