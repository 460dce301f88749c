package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelRequest;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelServiceGrpc;
import com.scaleoutsystems.edge.proto.ModelStatus;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model of 1 GiB goes over the wire, both ways, through a heap of 32 MiB ({@link SmallHeapTransfer}). */
@Tag("once")
@Timeout(300)
class SmallHeapTransferTest {

    private static final int CHUNKS = 1024;

    @TempDir
    Path folder;

    /** Gives chunks that differ, and takes note of what comes. */
    private static final class Chunks extends ModelServiceGrpc.ModelServiceImplBase {

        final CRC32C sent = new CRC32C();
        final CRC32C received = new CRC32C();
        volatile long bytes;

        @Override
        public void download(ModelRequest request, StreamObserver<FileChunk> out) {
            var call = (ServerCallStreamObserver<FileChunk>) out;
            byte[] block = new byte[1 << 20];
            new Random(1).nextBytes(block);
            int[] count = {0};
            call.setOnReadyHandler(() -> {
                while (call.isReady() && count[0] < CHUNKS) {
                    block[0] = (byte) count[0]++;
                    sent.update(block);
                    ByteString data = UnsafeByteOperations.unsafeWrap(block);
                    call.onNext(FileChunk.newBuilder().setData(data).build());
                    if (count[0] == CHUNKS) {
                        call.onCompleted();
                    }
                }
            });
        }

        @Override
        public StreamObserver<FileChunk> upload(StreamObserver<ModelResponse> out) {
            return new StreamObserver<>() {
                @Override
                public void onNext(FileChunk chunk) {
                    received.update(chunk.getData().asReadOnlyByteBuffer());
                    bytes += chunk.getData().size();
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    out.onNext(
                            ModelResponse.newBuilder().setStatus(ModelStatus.OK).build());
                    out.onCompleted();
                }
            };
        }
    }

    @Test
    void aModelIsMovedThatIsMuchLargerThanTheHeap() throws IOException, InterruptedException {
        Chunks chunks = new Chunks();
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(chunks)
                .build()
                .start();
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        SmallHeapTransfer.class.getName(),
                        Integer.toString(server.getPort()),
                        Files.createDirectory(folder.resolve("models")).toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
            assertThat(chunks.bytes).isEqualTo((long) CHUNKS << 20);
            assertThat(chunks.received.getValue()).isEqualTo(chunks.sent.getValue());
            assertThat(folder.resolve("models")).isEmptyDirectory();
        } finally {
            process.destroyForcibly().waitFor();
            server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }
}
