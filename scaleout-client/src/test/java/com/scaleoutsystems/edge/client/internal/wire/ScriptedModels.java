package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelRequest;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelServiceGrpc;
import com.scaleoutsystems.edge.proto.ModelStatus;
import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Both calls of the model service, as the test sets them. */
final class ScriptedModels extends ModelServiceGrpc.ModelServiceImplBase {

    private static final Metadata.Key<String> CHECKSUM = CallIdentity.key("checksum");

    /** Something that happens once. */
    static final class Event {
        private final CountDownLatch latch = new CountDownLatch(1);

        void happened() {
            latch.countDown();
        }

        boolean await() {
            try {
                return latch.await(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    final Event cancelled = new Event();
    final ByteArrayOutputStream uploaded = new ByteArrayOutputStream();
    final List<Integer> uploadedChunks = new ArrayList<>();
    final AtomicInteger downloads = new AtomicInteger();
    final AtomicInteger uploads = new AtomicInteger();
    volatile Metadata headers = new Metadata();
    volatile @Nullable String checksum;
    volatile Consumer<StreamObserver<FileChunk>> download = StreamObserver::onCompleted;
    volatile ModelResponse answer =
            ModelResponse.newBuilder().setStatus(ModelStatus.OK).build();
    volatile Duration answerDelay = Duration.ZERO;
    volatile boolean readUploads = true;
    volatile Duration readPause = Duration.ZERO;
    volatile @Nullable Status refusal;
    volatile Runnable chunkTaken = () -> {};
    volatile Runnable uploadEnded = () -> {};

    @Override
    public void download(ModelRequest request, StreamObserver<FileChunk> out) {
        downloads.incrementAndGet();
        ((ServerCallStreamObserver<FileChunk>) out).setOnCancelHandler(cancelled::happened);
        download.accept(out);
    }

    @Override
    public StreamObserver<FileChunk> upload(StreamObserver<ModelResponse> out) {
        uploads.incrementAndGet();
        uploaded.reset();
        var call = (ServerCallStreamObserver<ModelResponse>) out;
        if (!readUploads || !readPause.isZero()) {
            call.disableAutoRequest();
        }
        readLater(call);
        return new StreamObserver<>() {
            @Override
            public void onNext(FileChunk chunk) {
                Status refused = refusal;
                if (refused != null) {
                    refusal = null;
                    out.onError(refused.asRuntimeException());
                    return;
                }
                chunkTaken.run();
                uploadedChunks.add(chunk.getData().size());
                uploaded.writeBytes(chunk.getData().toByteArray());
                readLater(call);
            }

            @Override
            public void onError(Throwable failure) {
                cancelled.happened();
            }

            @Override
            public void onCompleted() {
                uploadEnded.run();
                CompletableFuture.delayedExecutor(answerDelay.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> {
                            out.onNext(answer);
                            out.onCompleted();
                        });
            }
        };
    }

    private void readLater(ServerCallStreamObserver<ModelResponse> call) {
        if (!readPause.isZero()) {
            CompletableFuture.delayedExecutor(readPause.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> call.request(1));
        }
    }

    /** Keeps the headers of calls and adds the checksum to the trailers. */
    final class Headers implements ServerInterceptor {
        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
                ServerCall<A, B> call, Metadata metadata, ServerCallHandler<A, B> next) {
            headers = metadata;
            return next.startCall(
                    new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
                        @Override
                        public void close(Status status, Metadata trailers) {
                            String sum = checksum;
                            if (sum != null && status.isOk()) {
                                trailers.put(CHECKSUM, sum);
                            }
                            super.close(status, trailers);
                        }
                    },
                    metadata);
        }
    }
}
