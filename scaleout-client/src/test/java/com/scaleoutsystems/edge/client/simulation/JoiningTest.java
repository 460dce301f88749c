package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.api.Tokens;
import com.scaleoutsystems.edge.client.internal.join.JoinSettings;
import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TokenSettings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Waiting for a compute package, in virtual time. */
class JoiningTest {

    private static final URI URL = URI.create("http://edge.test");

    /** Has no compute package until so many have asked. */
    private static final class WithoutPackage implements EdgeApi {

        private final int until;
        private final List<String> asked = new ArrayList<>();

        WithoutPackage(int until) {
            this.until = until;
        }

        @Override
        public CompletionStage<ConnectToApiResult> assign(
                ClientIdentity client, Optional<String> preferredCombiner, Bearer bearer) {
            asked.add(client.clientId());
            return CompletableFuture.completedFuture(
                    asked.size() < until
                            ? new ConnectToApiResult.ComputePackageMissing("no package")
                            : new ConnectToApiResult.Assigned(
                                    "client-1",
                                    GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT)));
        }

        @Override
        public CompletionStage<Enrollment> enroll(String token, String name, Optional<String> clientId) {
            throw new AssertionError("not asked for here");
        }

        @Override
        public CompletionStage<Tokens> refresh(TokenEndpoint endpoint, String refreshToken) {
            throw new AssertionError("not asked for here");
        }

        @Override
        public void close() {}
    }

    private static SimulatedClient waiting(EdgeApi api, Duration atMost) {
        return new SimulatedClient(
                new JoinSettings(
                        Optional.empty(),
                        Duration.ZERO,
                        atMost,
                        JoinSettings.REASSIGN_AFTER,
                        TokenSettings.defaults(),
                        Optional.empty(),
                        Optional.empty()),
                api);
    }

    private static ConnectToApiResult join(SimulatedClient client) {
        CompletableFuture<ConnectToApiResult> joined =
                client.runtime.connectToApi(URL, Credential.none()).toCompletableFuture();
        client.runUntil(joined::isDone);
        return joined.join();
    }

    @Test
    void aMissingPackageIsTheAnswerUnlessTheHostWantsToWait() {
        WithoutPackage api = new WithoutPackage(3);

        assertThat(join(waiting(api, Duration.ZERO))).isInstanceOf(ConnectToApiResult.ComputePackageMissing.class);
        assertThat(api.asked).hasSize(1);
    }

    @Test
    void aHostThatWaitsIsAssignedOnceThereIsAPackage() {
        WithoutPackage api = new WithoutPackage(5);
        SimulatedClient client = waiting(api, Duration.ofMinutes(1));

        assertThat(join(client)).isInstanceOf(ConnectToApiResult.Assigned.class);
        assertThat(api.asked).hasSize(5);
        assertThat(Duration.ofNanos(client.env.nanos())).isEqualTo(Duration.ofSeconds(12));
    }

    @Test
    void waitingEndsWhenTheHostsTimeIsUp() {
        WithoutPackage api = new WithoutPackage(Integer.MAX_VALUE);
        SimulatedClient client = waiting(api, Duration.ofSeconds(10));

        assertThat(join(client)).isInstanceOf(ConnectToApiResult.ComputePackageMissing.class);
        assertThat(api.asked).hasSize(4);
    }

    @Test
    void aStartRightAfterAFailedOneIsAnAttemptOfItsOwn() {
        GrpcConnectionOptions combiner = GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT);
        SimulatedClient client = new SimulatedClient(
                new JoinSettings(
                        Optional.of(combiner),
                        Duration.ZERO,
                        Duration.ZERO,
                        JoinSettings.REASSIGN_AFTER,
                        TokenSettings.defaults(),
                        Optional.empty(),
                        Optional.empty()),
                new WithoutPackage(0));
        client.combiner.failNext("announce VERSION_CHECK", new EdgeException(ErrorCode.INTERNAL, "on purpose"));
        CompletableFuture<?> first = client.runtime.start().toCompletableFuture();
        client.runUntil(() -> client.combiner.calls("announce VERSION_CHECK") == 1);
        CompletableFuture<?> second = first.handle(
                        (started, refused) -> client.runtime.start().toCompletableFuture())
                .thenCompose(started -> started);

        client.runUntil(second::isDone);

        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompleted();
    }

    @Test
    void anApiThatCannotBeOpenedIsOpenedByTheNextGreeting() {
        GrpcConnectionOptions combiner = GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT);
        List<URI> opened = new ArrayList<>();
        SimulatedClient client = new SimulatedClient(URL, (url, strand, retry) -> {
            opened.add(url);
            if (opened.size() == 1) {
                throw new OutOfMemoryError("unable to create native thread (made up)");
            }
            return new WithoutPackage(0);
        });
        CompletableFuture<?> first = client.runtime.initGrpcHandler(combiner).toCompletableFuture();
        client.runUntil(first::isDone);
        assertThat(first).isCompletedExceptionally();

        client.await(client.runtime.initGrpcHandler(combiner));
        client.await(client.runtime.start());

        assertThat(opened).containsExactly(URL.resolve("/"), URL.resolve("/"));
    }

    @Test
    void waitingEndsWhenTheClientIsClosed() {
        WithoutPackage api = new WithoutPackage(Integer.MAX_VALUE);
        SimulatedClient client = waiting(api, Duration.ofHours(1));
        CompletableFuture<ConnectToApiResult> joined =
                client.runtime.connectToApi(URL, Credential.none()).toCompletableFuture();
        client.runFor(Duration.ofSeconds(7));
        client.close(Duration.ofSeconds(1));

        assertThat(joined)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.CANCELLED));
        int asked = api.asked.size();
        client.runFor(Duration.ofMinutes(1));
        assertThat(api.asked).hasSize(asked);
    }

    /** Whatever fails while the channel is made: a host that gRPC does not take, a class that is not there. */
    @Test
    void aFailureBeforeTheFirstCallEndsTheStartAndLeavesTheClientForAnotherTry() {
        List<Throwable> failures = new ArrayList<>(
                List.of(new IllegalArgumentException("Invalid host or port"), new NoClassDefFoundError("io/grpc/X")));
        SimulatedClient client = new SimulatedClient(
                new Callbacks(),
                1,
                real -> new Adapters(
                        real.env(),
                        real.store(),
                        real.blobs(),
                        real.models(),
                        real.directory(),
                        real.apis(),
                        (options, identity, bearer) -> {
                            if (!failures.isEmpty()) {
                                sneaky(failures.remove(0));
                            }
                            return real.transports().transport(options, identity, bearer);
                        }));
        GrpcConnectionOptions combiner = GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT);
        for (Throwable failure : List.copyOf(failures)) {
            CompletableFuture<?> greeted =
                    client.runtime.initGrpcHandler(combiner).toCompletableFuture();
            client.runUntil(greeted::isDone);
            assertThat(greeted)
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .havingCause()
                    .isSameAs(failure);
        }

        client.start();
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
    }

    private static void sneaky(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }
}
