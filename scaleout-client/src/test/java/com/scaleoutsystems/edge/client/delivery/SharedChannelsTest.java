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
import com.scaleoutsystems.edge.sandbox.Sandbox;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two identities of one program, with one combiner. */
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
        return transports.open(
                GrpcConnectionOptions.of("127.0.0.1", relay.port()).withTls(TlsMode.PLAINTEXT),
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
