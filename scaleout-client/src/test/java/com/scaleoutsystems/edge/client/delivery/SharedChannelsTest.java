package com.scaleoutsystems.edge.client.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Announcement;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.internal.wire.Transports;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.RecordAck;
import com.scaleoutsystems.edge.proto.Response;
import com.scaleoutsystems.edge.proto.TelemetryRecord;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Identities of one program, with one combiner. */
class SharedChannelsTest {

    private final Sandbox sandbox = Sandbox.builder().start();
    private final Relay relay = Relay.to(sandbox.grpcPort());
    private final SystemEnv env = new SystemEnv();
    private final Transports transports = new Transports(
            new Connections(NetworkProfile.defaults(), env),
            Generation.V1_1,
            TransferSettings.defaults(),
            ModelSettings.defaults(),
            env);

    @AfterEach
    void close() {
        relay.close();
        sandbox.close();
    }

    private CombinerTransport open(String id) {
        return open(id, relay.port());
    }

    private CombinerTransport open(String id, int port) {
        return transports.open(
                GrpcConnectionOptions.of("127.0.0.1", port).withTls(TlsMode.PLAINTEXT),
                new ClientIdentity(id, id, "1.1.0"),
                Bearer.none());
    }

    private static void succeeds(CompletionStage<?> call) {
        call.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void shareAConnectionAndBreakOffOnlyTheirOwnCalls() {
        CombinerTransport one = open("one");
        CombinerTransport other = open("other");
        succeeds(one.announce(Announcement.CONNECT));
        succeeds(other.announce(Announcement.CONNECT));
        CompletableFuture<EdgeException> endOfOne = stream(one);
        CompletableFuture<EdgeException> endOfOther = stream(other);

        one.close();

        assertThat(endOfOne.orTimeout(20, TimeUnit.SECONDS).join()).isNotNull();
        succeeds(other.announce(Announcement.CONNECT));
        assertThat(endOfOther).isNotDone();
        assertThat(one.announce(Announcement.CONNECT).toCompletableFuture().orTimeout(20, TimeUnit.SECONDS))
                .satisfies(late ->
                        assertThat(late.exceptionally(error -> null).join()).isNull());
        assertThat(relay.connections()).isEqualTo(1);
        assertThat(sandbox.recording().announcements())
                .extracting(announcement -> announcement.clientId())
                .containsOnly("one", "other");

        other.close();

        assertThat(endOfOther.orTimeout(20, TimeUnit.SECONDS).join()).isNotNull();
        CombinerTransport third = open("third");
        succeeds(third.announce(Announcement.CONNECT));
        assertThat(relay.connections()).isEqualTo(2);
        third.close();
    }

    /** A combiner that takes few calls over one connection, and whose streams of records stay open. */
    private static Server narrow(int calls) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .maxConcurrentCallsPerConnection(calls)
                .addService(new CombinerClientGrpc.CombinerClientImplBase() {
                    @Override
                    public void announce(ClientAnnounceRequest request, StreamObserver<Response> answer) {
                        answer.onNext(Response.newBuilder()
                                .setParameters("{\"success\": true}")
                                .build());
                        answer.onCompleted();
                    }

                    @Override
                    public StreamObserver<TelemetryRecord> streamTelemetryRecord(StreamObserver<RecordAck> answer) {
                        return new StreamObserver<>() {
                            @Override
                            public void onNext(TelemetryRecord record) {}

                            @Override
                            public void onError(Throwable end) {}

                            @Override
                            public void onCompleted() {}
                        };
                    }
                })
                .build()
                .start();
    }

    @Test
    void noCallWaitsForTheOpenStreamsOfOthers() throws IOException {
        int identities = 40;
        int calls = 10;
        Server server = narrow(calls);
        try (Relay way = Relay.to(server.getPort())) {
            List<CombinerTransport> all = new ArrayList<>();
            List<CompletableFuture<EdgeException>> ends = new ArrayList<>();
            for (int i = 0; i < identities; i++) {
                CombinerTransport one = open("client-" + i, way.port());
                all.add(one);
                succeeds(one.announce(Announcement.CONNECT));
                ends.add(stream(one));
            }
            for (CombinerTransport one : all) {
                succeeds(one.announce(Announcement.CONNECT));
            }

            assertThat(ends).noneMatch(CompletableFuture::isDone);
            assertThat(way.connections()).isBetween(identities / calls, identities / (calls - 1) + 2);
            all.forEach(CombinerTransport::close);
            ends.forEach(end ->
                    assertThat(end.orTimeout(20, TimeUnit.SECONDS).join()).isNotNull());
        } finally {
            server.shutdownNow();
        }
    }

    private static CompletableFuture<EdgeException> stream(CombinerTransport combiner) {
        CompletableFuture<EdgeException> end = new CompletableFuture<>();
        var unused = combiner.open(RecordKind.TELEMETRY_RECORD, new RecordStream.Receiver() {
            @Override
            public void acknowledged(List<String> recordIds) {
                throw new AssertionError("nothing was sent");
            }

            @Override
            public void ended(EdgeException reason) {
                end.complete(reason);
            }
        });
        return end;
    }
}
