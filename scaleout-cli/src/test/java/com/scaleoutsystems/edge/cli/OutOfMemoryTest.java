package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.ModelUpdate;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sandbox whose heap is too small for what it is sent: the process ends, whichever thread meets the error. */
@Tag("once")
class OutOfMemoryTest {

    private static final String HEAP = "24m";

    @TempDir
    Path folder;

    @Test
    void callOfGrpcThatNeedsTooMuchEndsTheProcessWithOneLine() throws Exception {
        try (SandboxProcess sandbox = new SandboxProcess(folder, HEAP)) {
            sandbox.api();
            String[] address = sandbox.combiner().split(":");
            ManagedChannel channel = NettyChannelBuilder.forAddress(address[0], Integer.parseInt(address[1]))
                    .usePlaintext()
                    .build();
            Metadata identity = new Metadata();
            identity.put(Metadata.Key.of("client-id", Metadata.ASCII_STRING_MARSHALLER), "a");
            try {
                var unused = CombinerClientGrpc.newBlockingStub(channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(identity))
                        .sendModelUpdate(ModelUpdate.newBuilder()
                                .setClientId("a")
                                .setMeta(listOfLists(1_000_000))
                                .build());
            } catch (StatusRuntimeException ended) {
                // As it must.
            } finally {
                channel.shutdownNow();
            }
            assertEnded(sandbox);
        }
    }

    @Test
    void requestOfTheApiThatNeedsTooMuchEndsTheProcessWithOneLine() throws Exception {
        try (SandboxProcess sandbox = new SandboxProcess(folder, HEAP)) {
            HttpRequest request = HttpRequest.newBuilder(sandbox.api().resolve("/api/v1/clients/add"))
                    .POST(HttpRequest.BodyPublishers.ofString(listOfLists(340_000)))
                    .build();
            try {
                HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
            } catch (IOException ended) {
                // Either this or an answer.
            }
            assertEnded(sandbox);
        }
    }

    private static void assertEnded(SandboxProcess sandbox) throws Exception {
        assertThat(sandbox.exitCode()).isEqualTo(1);
        assertThat(sandbox.err())
                .hasLineCount(1)
                .startsWith("scaleout-edge sandbox: out of memory (Java heap space, with a heap of ");
    }

    /** Few bytes that need many once they are objects. */
    private static String listOfLists(int count) {
        return "{\"a\": [" + "[],".repeat(count - 1) + "[]]}";
    }
}
