package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.google.protobuf.UnsafeByteOperations;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelRequest;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelServiceGrpc.ModelServiceImplBase;
import com.scaleoutsystems.edge.sandbox.internal.model.HeldModels;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Transfer of models in chunks, both ways, a chunk at a time on the heap. */
public final class ModelEndpoint extends ModelServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(ModelEndpoint.class);
    private static final Metadata.Key<String> CHECKSUM = Metadata.Key.of("checksum", Metadata.ASCII_STRING_MARSHALLER);

    private final HeldModels models;
    private final CallRecorder recorder;
    private final int chunkSize;
    private final AtomicLong transferred = new AtomicLong();

    public ModelEndpoint(HeldModels models, CallRecorder recorder, int chunkSize) {
        this.models = models;
        this.recorder = recorder;
        this.chunkSize = chunkSize;
    }

    /** How many bytes of models went over the wire so far, both ways. */
    public long transferredBytes() {
        return transferred.get();
    }

    @Override
    public StreamObserver<FileChunk> upload(StreamObserver<ModelResponse> observer) {
        Upload upload = new Upload(
                models, recorder, transferred, Caller.current(), (ServerCallStreamObserver<ModelResponse>) observer);
        upload.start();
        return upload;
    }

    @Override
    public void download(ModelRequest request, StreamObserver<FileChunk> observer) {
        Caller caller = Caller.current();
        Optional<HeldModels.Stored> model = models.find(request.getModelId());
        if (model.isEmpty()) {
            refuse(caller, request, observer);
            return;
        }
        try {
            new Download(caller, request, model.get(), (ServerCallStreamObserver<FileChunk>) observer).start();
        } catch (NoSuchFileException e) {
            refuse(caller, request, observer);
        } catch (IOException e) {
            observer.onError(Status.INTERNAL
                    .withDescription("Can't read the model: " + e)
                    .asRuntimeException());
        }
    }

    private void refuse(Caller caller, ModelRequest request, StreamObserver<FileChunk> observer) {
        Status status = Status.NOT_FOUND.withDescription("There is no model " + request.getModelId());
        observer.onError(recorder.refuse("Download", caller, request, status).asRuntimeException());
    }

    /** One download. It goes on whenever the network has room; gRPC makes its callbacks one after the other. */
    private final class Download {
        private final Caller caller;
        private final ModelRequest request;
        private final HeldModels.Stored model;
        private final ServerCallStreamObserver<FileChunk> observer;
        private final Metadata trailers = Trailers.current();
        private final InputStream in;
        private final byte[] chunk;
        private long bytes;
        private long chunks;
        private boolean ended;

        Download(
                Caller caller,
                ModelRequest request,
                HeldModels.Stored model,
                ServerCallStreamObserver<FileChunk> observer)
                throws IOException {
            this.caller = caller;
            this.request = request;
            this.model = model;
            this.observer = observer;
            this.in = Files.newInputStream(model.file());
            this.chunk = new byte[chunkSize];
        }

        void start() {
            observer.setOnReadyHandler(this::send);
            observer.setOnCancelHandler(this::end);
            send();
        }

        private void send() {
            try {
                while (!ended && observer.isReady()) {
                    int count = in.readNBytes(chunk, 0, chunk.length);
                    if (count == 0) {
                        end();
                        complete();
                        return;
                    }
                    bytes += count;
                    chunks++;
                    transferred.addAndGet(count);
                    // The network's buffers have a copy when this returns, so the array is free for the next chunk.
                    observer.onNext(FileChunk.newBuilder()
                            .setData(UnsafeByteOperations.unsafeWrap(chunk, 0, count))
                            .build());
                }
            } catch (IOException e) {
                end();
                observer.onError(Status.INTERNAL
                        .withDescription("Can't read the model: " + e)
                        .asRuntimeException());
            }
        }

        private void complete() {
            trailers.put(CHECKSUM, model.checksum());
            recorder.record(
                    "Download",
                    caller,
                    request,
                    new Recorded.Download(recorder.now(), caller.clientId(), model.id(), bytes, chunks));
            observer.onCompleted();
        }

        private void end() {
            ended = true;
            try {
                in.close();
            } catch (IOException e) {
                LOG.debug("Could not close {}", model.file(), e);
            }
        }
    }
}
