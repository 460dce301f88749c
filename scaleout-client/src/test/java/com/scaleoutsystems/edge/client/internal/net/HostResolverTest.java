package com.scaleoutsystems.edge.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TestCombiner;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.Heartbeat;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts whose names gRPC does not take. */
@Timeout(60)
class HostResolverTest {

    private static final String NAME = "edge_combiner_1";

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private ManagedChannel channel(int port, HostResolver.Lookup lookup) {
        return channel(port, lookup, threads);
    }

    @SuppressWarnings("deprecation") // As in Connections.
    private static ManagedChannel channel(int port, HostResolver.Lookup lookup, Executor threads) {
        HostResolver resolver = new HostResolver(NAME, port, lookup, Optional.empty(), threads);
        return NettyChannelBuilder.forTarget(resolver.target(), InsecureChannelCredentials.create())
                .nameResolverFactory(resolver)
                .overrideAuthority(NAME + ":" + port)
                .build();
    }

    private static void call(ManagedChannel channel) {
        CombinerClientGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .sendHeartbeat(Heartbeat.getDefaultInstance());
    }

    @Test
    void aNameWithAnUnderscoreIsFoundAndLookedUpAgainAfterAFailure() {
        AtomicInteger asked = new AtomicInteger();
        try (TestCombiner combiner = TestCombiner.plain()) {
            ManagedChannel channel = channel(combiner.port(), host -> {
                assertThat(host).isEqualTo(NAME);
                if (asked.getAndIncrement() == 0) {
                    throw new UnknownHostException(host);
                }
                return new InetAddress[] {InetAddress.getLoopbackAddress()};
            });
            try {
                assertThatThrownBy(() -> call(channel))
                        .isInstanceOf(StatusRuntimeException.class)
                        .hasMessageContaining("UNAVAILABLE")
                        .hasMessageContaining("Unable to resolve host " + NAME);
                callAgain(channel);
            } finally {
                channel.shutdownNow();
            }
            assertThat(combiner.calls()).hasSize(1);
            assertThat(asked.get()).isGreaterThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSearchThatCouldNotBeginOrBrokeIsMadeAgain(boolean begins) {
        AtomicBoolean broken = new AtomicBoolean(true);
        Error noThread = new OutOfMemoryError("unable to create native thread (made up)");
        Executor someThreads = task -> {
            if (!begins && broken.getAndSet(false)) {
                throw noThread;
            }
            threads.execute(task);
        };
        try (TestCombiner combiner = TestCombiner.plain()) {
            ManagedChannel channel = channel(
                    combiner.port(),
                    host -> {
                        if (broken.getAndSet(false)) {
                            throw noThread;
                        }
                        return new InetAddress[] {InetAddress.getLoopbackAddress()};
                    },
                    someThreads);
            try {
                assertThatThrownBy(() -> call(channel)).hasMessageContaining("Unable to resolve host " + NAME);
                callAgain(channel);
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static ManagedChannel real(String host, TlsMode tls, NetworkProfile profile) {
        return new Connections(profile, new SystemEnv())
                .channel(
                        GrpcConnectionOptions.of(host, 1).withTls(tls),
                        MetadataUtils.newAttachHeadersInterceptor(new Metadata()),
                        new Traffic(),
                        new Bandwidth(OptionalLong.empty(), new SystemEnv()));
    }

    /** Java's own check of certificates takes no such name, so it would fail after each handshake. */
    @Test
    void tlsToANameWithAnUnderscoreNeedsTheNameOfTheCertificate() {
        assertThatThrownBy(() -> real(NAME, TlsMode.TLS, NetworkProfile.defaults()))
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining(NAME)
                .hasMessageContaining("withAuthority");
        real(NAME, TlsMode.TLS, NetworkProfile.defaults().withAuthority("edge.example.org"))
                .shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no host", "a/b", "user@host", "a..b", ".", "%41"})
    void whatIsNoHostIsRefusedAtOnceByName(String host) {
        assertThatThrownBy(() -> real(host, TlsMode.PLAINTEXT, NetworkProfile.defaults()))
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("'" + host + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"edge.example.org", "127.0.0.1", "::1", "edge-1", "edge_1", "_a.b_", "edge.example.org."})
    void hostsThatAreGoodAreTaken(String host) {
        real(host, TlsMode.PLAINTEXT, NetworkProfile.defaults()).shutdownNow();
    }

    private static void callAgain(ManagedChannel channel) {
        channel.resetConnectBackoff();
        CombinerClientGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .withWaitForReady()
                .sendHeartbeat(Heartbeat.getDefaultInstance());
    }
}
