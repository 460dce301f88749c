package com.scaleoutsystems.edge.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TestAuthority;
import com.scaleoutsystems.edge.client.network.TestCombiner;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TlsSettings;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.Status;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficTest {

    private static final int LONG_LINE = 1 << 20;

    private static final ClientInterceptor NO_JUDGE = new ClientInterceptor() {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            return next.newCall(method, options);
        }
    };

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void countsWhatPassesOverTheConnectionsOfAChannel(boolean tls) throws Exception {
        TestAuthority authority = new TestAuthority("Test CA");
        try (TestCombiner combiner = tls ? TestCombiner.secure(authority.server()) : TestCombiner.plain()) {
            Traffic traffic = new Traffic();
            ManagedChannel channel = new Connections(
                            NetworkProfile.defaults()
                                    .withTls(
                                            TlsSettings.defaults().withTrustedCertificates(authority.rootFile(folder))),
                            new SystemEnv())
                    .channel(
                            GrpcConnectionOptions.of("127.0.0.1", combiner.port())
                                    .withTls(tls ? TlsMode.TLS : TlsMode.PLAINTEXT),
                            NO_JUDGE,
                            traffic,
                            new Bandwidth(OptionalLong.empty(), new SystemEnv()));
            try {
                var service = CombinerClientGrpc.newBlockingStub(channel);
                service.sendStatus(Status.getDefaultInstance());
                Traffic.Reading first = traffic.read();
                service.sendStatus(
                        Status.newBuilder().setStatus("x".repeat(LONG_LINE)).build());
                Traffic.Reading second = traffic.read();

                assertThat(first.received()).isPositive();
                assertThat(first.sent()).isPositive();
                assertThat(second.received()).isGreaterThan(first.received());
                assertThat(second.sent() - first.sent()).isBetween((long) LONG_LINE, LONG_LINE + LONG_LINE / 10L);
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @Test
    void onlyWhatArrivesOrAnUploadShowsLife() {
        Traffic.Reading before = new Traffic.Reading(1_000, 1_000_000);

        assertThat(new Traffic.Reading(1_000, 1_010_000).showsLifeSince(before)).isFalse();
        assertThat(new Traffic.Reading(1_001, 1_000_000).showsLifeSince(before)).isTrue();
        assertThat(new Traffic.Reading(1_000, 1_050_000).showsLifeSince(before)).isTrue();
    }
}
