package com.scaleoutsystems.edge.benchmarks;

import com.google.protobuf.UnsafeByteOperations;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc.CombinerClientImplBase;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelRequest;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelServiceGrpc.ModelServiceImplBase;
import com.scaleoutsystems.edge.proto.ModelStatus;
import com.scaleoutsystems.edge.proto.Response;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * Sends the same chunk of 1 MiB again and again, and takes chunks without keeping them: what gRPC for Java can do at most, and what a
 * client can do whose server is never the slower one.
 */
final class BareServer extends ModelServiceImplBase implements AutoCloseable {
    private static final FileChunk CHUNK = FileChunk.newBuilder()
            .setData(UnsafeByteOperations.unsafeWrap(new byte[1 << 20]))
            .build();

    private final Server server;
    private final Queue<Long> uploads = new ConcurrentLinkedQueue<>();

    BareServer() throws IOException {
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(this)
                .addService(new Greeting())
                .build()
                .start();
    }

    /** Lets clients in; they ask for nothing more before they send a model. */
    private static final class Greeting extends CombinerClientImplBase {
        @Override
        public void announce(ClientAnnounceRequest request, StreamObserver<Response> answer) {
            answer.onNext(Response.newBuilder()
                    .setParameters("{\"success\": true, \"version\": \"1.1.0\"}")
                    .build());
            answer.onCompleted();
        }
    }

    int port() {
        return server.getPort();
    }

    /** How many bytes each upload had. */
    Stream<Long> uploads() {
        return uploads.stream();
    }

    @Override
    public void download(ModelRequest request, StreamObserver<FileChunk> observer) {
        ServerCallStreamObserver<FileChunk> out = (ServerCallStreamObserver<FileChunk>) observer;
        int[] left = {Integer.parseInt(request.getModelId())};
        out.setOnReadyHandler(() -> {
            while (left[0] > 0 && out.isReady()) {
                left[0]--;
                out.onNext(CHUNK);
                if (left[0] == 0) {
                    out.onCompleted();
                }
            }
        });
    }

    @Override
    public StreamObserver<FileChunk> upload(StreamObserver<ModelResponse> answer) {
        return new StreamObserver<>() {
            private long bytes;

            @Override
            public void onNext(FileChunk chunk) {
                bytes += chunk.getData().size();
            }

            @Override
            public void onError(Throwable cancelled) {}

            @Override
            public void onCompleted() {
                uploads.add(bytes);
                answer.onNext(
                        ModelResponse.newBuilder().setStatus(ModelStatus.OK).build());
                answer.onCompleted();
            }
        };
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
