package com.scaleoutsystems.edge.benchmarks.worker;

import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelServiceGrpc;
import com.scaleoutsystems.edge.proto.ModelStatus;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Sends the chunks of a model that lie ready in memory. */
public final class BareUpload {
    private BareUpload() {}

    public static void main(String[] commandLine) throws Exception {
        Arguments arguments = Arguments.parse(commandLine);
        ManagedChannel connection = BareChannel.open(arguments);
        Measured.run(arguments, (input, watch, told) -> {
            List<FileChunk> chunks = new ArrayList<>();
            try (ScaleoutModel model = ScaleoutModel.fromFile(Path.of(input))) {
                model.fileChunkStream().forEachRemaining(chunks::add);
                Map<String, String> metadata = Map.of("model-id", model.modelId(), "checksum", model.checksum());
                Sending sending = new Sending(chunks.iterator());
                watch.start();
                ModelServiceGrpc.newStub(BareChannel.with(connection, metadata)).upload(sending);
                ModelResponse answer = sending.answer.join();
                watch.stop();
                if (answer.getStatus() != ModelStatus.OK) {
                    throw new IllegalStateException(answer.getMessage());
                }
            }
        });
        System.exit(0);
    }

    private static final class Sending implements ClientResponseObserver<FileChunk, ModelResponse> {
        final CompletableFuture<ModelResponse> answer = new CompletableFuture<>();
        private final Iterator<FileChunk> chunks;

        Sending(Iterator<FileChunk> chunks) {
            this.chunks = chunks;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<FileChunk> out) {
            out.setOnReadyHandler(() -> {
                while (chunks.hasNext() && out.isReady()) {
                    out.onNext(chunks.next());
                    if (!chunks.hasNext()) {
                        out.onCompleted();
                    }
                }
            });
        }

        @Override
        public void onNext(ModelResponse value) {
            answer.complete(value);
        }

        @Override
        public void onError(Throwable failure) {
            answer.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            answer.completeExceptionally(new IllegalStateException("There was no answer"));
        }
    }
}
