package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.model;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.plusOne;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.quickRetry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.EdgeClientGroup;
import com.scaleoutsystems.edge.client.delivery.Relay;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that share connections and a state directory. */
@Timeout(120)
class GroupTest {

    @TempDir
    Path folder;

    private EdgeClientBuilder builder(Sandbox sandbox) {
        return EdgeClient.builder()
                .api(sandbox.restUri())
                .name("edge")
                .stateDirectory(folder)
                .pollInterval(Duration.ofMillis(50))
                .connectRetry(quickRetry())
                .onTrain((model, task) -> TrainResult.of(plusOne(model), 10))
                .onValidate((model, task) -> Map.of("first", 1));
    }

    private static Sandbox sandbox() {
        return Sandbox.builder().seedModel(model(0, 10)).start();
    }

    private static List<String> ids(EdgeClientGroup group) {
        return group.clients().stream().map(EdgeClient::clientId).toList();
    }

    @Test
    void itsClientsTrainTogetherOverOneConnection() throws IOException {
        try (Sandbox sandbox = sandbox();
                Relay relay = Relay.to(sandbox.grpcPort());
                EdgeClientGroup group = EdgeClientGroup.of(
                        builder(sandbox)
                                .combiner(GrpcConnectionOptions.of("127.0.0.1", relay.port())
                                        .withTls(TlsMode.PLAINTEXT)),
                        4,
                        (client, number) -> client.onTrain((model, task) -> TrainResult.of(plusOne(model), number)))) {
            assertThat(group.start()).isEmpty();

            SessionResult session = sandbox.runSession(SessionPlan.of(2, 4));

            assertThat(session.rounds()).hasSize(2).allSatisfy(round -> {
                assertThat(round.failures()).isEmpty();
                assertThat(round.updates()).hasSize(4);
            });
            assertThat(relay.connections()).isEqualTo(1);
            assertThat(group.clients())
                    .extracting(EdgeClient::name)
                    .containsExactly("edge-1", "edge-2", "edge-3", "edge-4");
            assertThat(ids(group)).doesNotHaveDuplicates();
            assertThat(group.clients())
                    .extracting(client -> client.stateDirectory().orElseThrow())
                    .containsExactly(
                            folder.resolve("1"), folder.resolve("2"), folder.resolve("3"), folder.resolve("4"));
            assertThat(openFiles()).containsExactlyInAnyOrder("lock", "state.mv");
        }
        assertThat(openFiles()).isEmpty();
    }

    /** The files of the state directory that this process has open. */
    private List<String> openFiles() throws IOException {
        Path handles = Path.of("/proc/self/fd");
        if (!Files.isDirectory(handles)) {
            return List.of("lock", "state.mv");
        }
        Path real = folder.toRealPath();
        try (Stream<Path> links = Files.list(handles)) {
            return links.flatMap(link -> {
                        try {
                            return Stream.of(Files.readSymbolicLink(link));
                        } catch (IOException closedMeanwhile) {
                            return Stream.empty();
                        }
                    })
                    .filter(file -> file.startsWith(real))
                    .map(file -> real.relativize(file).toString())
                    .toList();
        }
    }

    @Test
    void eachClientHasItsIdAndItsRecordsAgainAfterARestart() {
        try (Sandbox sandbox = sandbox()) {
            List<String> before;
            try (EdgeClientGroup group = EdgeClientGroup.of(builder(sandbox), 3)) {
                before = ids(group);
                for (EdgeClient client : group.clients()) {
                    Delivery.Stored stored = client.logTelemetry("seat", Map.of("of", client.name()))
                            .stored()
                            .toCompletableFuture()
                            .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                            .join();
                    assertThat(stored).isEqualTo(Delivery.Stored.DURABLE);
                }
            }

            try (EdgeClientGroup group = EdgeClientGroup.of(builder(sandbox), 4)) {
                assertThat(ids(group).subList(0, 3)).isEqualTo(before);
                assertThat(group.start()).isEmpty();
                Awaitility.await()
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(sandbox.recording().telemetry().stream()
                                        .filter(told -> told.key().equals("seat")))
                                .extracting(Recorded.Telemetry::clientId)
                                .containsExactlyInAnyOrderElementsOf(before));
            }
        }
    }

    @Test
    void theOthersGoOnWhenOneIsClosed() {
        try (Sandbox sandbox = sandbox();
                EdgeClientGroup group = EdgeClientGroup.of(builder(sandbox).clientId("gate"), 3)) {
            assertThat(group.start()).isEmpty();
            assertThat(ids(group)).containsExactly("gate-1", "gate-2", "gate-3");

            group.clients().get(0).close();
            SessionResult session = sandbox.runSession(SessionPlan.of(1, 2));

            assertThat(session.rounds().get(0).updates())
                    .extracting(Recorded.ModelUpdate::clientId)
                    .containsExactlyInAnyOrder("gate-2", "gate-3");
            assertThatThrownBy(() -> builder(sandbox).build())
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            inUse -> assertThat(inUse.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION));

            group.clients().get(1).close();
            group.clients().get(2).close();
            builder(sandbox).build().close();
            assertThat(group.clients()).extracting(EdgeClient::state).containsOnly(ClientState.CLOSED);
        }
    }

    @Test
    void allEnrollWithOneTokenButTheOneThatIsRefused() {
        try (Sandbox sandbox = Sandbox.builder()
                        .authentication(true)
                        .seedModel(model(0))
                        .start();
                EdgeClientGroup group = EdgeClientGroup.of(
                        builder(sandbox)
                                .credential(Credential.token(sandbox.tokens().enrollment())),
                        5,
                        (client, number) -> {
                            if (number == 2) {
                                client.credential(
                                        Credential.token(sandbox.tokens().enrollment() + "x"));
                            }
                        })) {
            Map<EdgeClient, EdgeException> failures = group.start();

            assertThat(failures).containsOnlyKeys(group.clients().get(1));
            assertThat(failures.values()).extracting(EdgeException::code).containsExactly(ErrorCode.UNAUTHENTICATED);
            assertThat(sandbox.runSession(SessionPlan.of(1, 4)).rounds().get(0).updates())
                    .hasSize(4);
            assertThat(ids(group)).doesNotHaveDuplicates();
        }
    }

    @Test
    void nothingStaysOpenIfOneCannotBeBuilt() throws IOException {
        try (Sandbox sandbox = sandbox()) {
            EdgeClientGroup.of(builder(sandbox).clientId("one"), 3).close();

            assertThatThrownBy(() -> EdgeClientGroup.of(builder(sandbox), 3, (client, number) -> {
                        if (number == 2) {
                            client.clientId("two");
                        }
                    }))
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("one-2");

            EdgeClientGroup.of(builder(sandbox), 3).close();
        }
    }

    @Test
    void whatTheClientsShareIsSetForAllOfThem() {
        EdgeClientBuilder builder = EdgeClient.builder().stateDirectory(folder);

        assertThatThrownBy(() -> EdgeClientGroup.of(
                        builder,
                        3,
                        (client, number) -> client.network(
                                NetworkProfile.defaults().withConnectTimeout(Duration.ofSeconds(number)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("client 1");
        assertThatThrownBy(() -> EdgeClientGroup.of(builder, 3, (client, number) -> client.stateless()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EdgeClientGroup.of(builder, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(folder).isEmptyDirectory();
    }
}
