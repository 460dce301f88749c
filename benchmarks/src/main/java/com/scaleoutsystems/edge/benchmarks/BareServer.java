package com.scaleoutsystems.edge.benchmarks;

import com.google.protobuf.UnsafeByteOperations;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelRequest;
import com.scaleoutsystems.edge.proto.ModelServiceGrpc.ModelServiceImplBase;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Sends the same chunk of 1 MiB again and again: what gRPC for Java can do at most. */
final class BareServer extends ModelServiceImplBase implements AutoCloseable {
    private static final FileChunk CHUNK = FileChunk.newBuilder()
            .setData(UnsafeByteOperations.unsafeWrap(new byte[1 << 20]))
            .build();

    private final Server server;

    BareServer() throws IOException {
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(this)
                .build()
                .start();
    }

    int port() {
        return server.getPort();
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
    public void close() {
        server.shutdownNow();
    }
}
