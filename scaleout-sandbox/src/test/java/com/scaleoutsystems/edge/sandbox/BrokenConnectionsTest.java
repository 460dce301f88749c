package com.scaleoutsystems.edge.sandbox;

import static com.scaleoutsystems.edge.sandbox.FaultsTest.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.sandbox.fault.Direction;
import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultEvent;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import com.scaleoutsystems.edge.sandbox.network.SandboxTokens;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of connections, and what operators do to servers. */
class BrokenConnectionsTest {
    private static final String ADD = "/api/v1/clients/add";
    private static final Map<String, Object> ALPHA = Map.of("name", "alpha", "client_id", "c-1", "package", "local");

    private final Sandbox sandbox = Sandbox.builder().faults(FaultPlan.none()).start();
    private final ScriptedClient client = new ScriptedClient(sandbox, "c-1");

    @AfterEach
    void close() {
        client.close();
        sandbox.close();
    }

    @Test
    void openConnectionIsResetAtOnceAndTheNextOneWorks() throws IOException {
        try (Socket open = connect(sandbox.grpcPort())) {
            assertThat(open.getInputStream().read()).isNotEqualTo(-1);
            int fault = sandbox.faults().add(Fault.reset(0).withTimes(1));

            assertThat(sandbox.faults().strikes(fault)).isEqualTo(1);
            assertThatThrownBy(() -> open.getInputStream().readAllBytes())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        assertThat(failure(client::poll)).isNull();
    }

    @Test
    void apiAnswersWithAResetOrAnEnd() throws IOException {
        sandbox.faults().add(Fault.reset(10).withCall(Fault.API).withTimes(1));
        sandbox.faults()
                .add(Fault.closedConnection(10).withCall(Fault.API).withTimes(1).withSkip(1));

        try (Socket first = connect(sandbox.restUri().getPort())) {
            first.getOutputStream().write(request());
            assertThatThrownBy(() -> first.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        try (Socket second = connect(sandbox.restUri().getPort())) {
            second.getOutputStream().write("POST / HTT".getBytes(StandardCharsets.US_ASCII));
            assertThat(second.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(new RestClient(sandbox).post(ADD, "", ALPHA).status()).isEqualTo(200);
        assertThat(sandbox.faults().story())
                .filteredOn(FaultEvent::struck)
                .extracting(FaultEvent::toString)
                .satisfiesExactly(
                        one -> assertThat(one).endsWith("reset after 10 bytes struck a connection of the api"),
                        one -> assertThat(one)
                                .endsWith("closed-connection after 10 bytes struck a connection of the api"));
    }

    @Test
    void connectionBreaksAfterItsBytes() throws IOException {
        sandbox.faults()
                .add(Fault.closedConnection(request().length + 20L)
                        .withCall(Fault.API)
                        .withTimes(1));

        try (Socket socket = connect(sandbox.restUri().getPort())) {
            socket.getOutputStream().write(request());
            assertThat(socket.getInputStream().readAllBytes()).hasSize(20);
        }
    }

    @Test
    void halfOpenConnectionSwallowsEverythingUntilTheFaultGoes() {
        assertThat(failure(client::poll)).isNull();
        sandbox.faults().add(Fault.halfOpen(0));

        assertThat(failure(() -> announceWithin(300))).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(sandbox.recording().calls("Announce")).isEmpty();
        sandbox.faults().clear();
        await().atMost(ScriptedClient.PATIENCE).until(() -> failure(client::poll) == null);
    }

    @Test
    void onlyOneWayIsSwallowed() {
        assertThat(failure(client::poll)).isNull();
        sandbox.faults().add(Fault.halfOpen(0).withDirection(Direction.TO_CLIENT));

        assertThat(failure(() -> announceWithin(500))).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        await().atMost(ScriptedClient.PATIENCE)
                .until(() -> sandbox.recording().calls("Announce").size() == 1);
    }

    @Test
    void bytesArriveLateOrSlowly() {
        sandbox.faults()
                .add(Fault.latency(Duration.ofMillis(150)).withCall(Fault.API).withTimes(1));
        sandbox.faults()
                .add(Fault.bandwidth(1000).withCall(Fault.API).withSkip(1).withTimes(1));
        RestClient rest = new RestClient(sandbox);

        assertThat(time(() -> rest.post(ADD, "", ALPHA))).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        assertThat(time(() -> rest.post(ADD, "", ALPHA))).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void combinerRestartsAndMovesWithItsTasks(boolean relayed) {
        try (Sandbox server = relayed
                ? Sandbox.builder().faults(FaultPlan.none()).start()
                : Sandbox.builder().start()) {
            int port = server.grpcPort();
            String task = server.submit(TaskSpec.of("Custom_a", "c-1"));
            server.stopCombiner();

            assertThatThrownBy(() -> connect(port)).isInstanceOf(ConnectException.class);
            assertThat(new RestClient(server).post(ADD, "", ALPHA).body()).containsEntry("port", port);

            server.restartCombiner();
            assertThat(server.grpcPort()).isEqualTo(port);
            try (ScriptedClient caller = new ScriptedClient(server, "c-1")) {
                assertThat(caller.awaitTask().getCorrelationId()).isEqualTo(task);
                server.redeliver(task);

                server.moveCombiner();

                assertThat(server.grpcPort()).isNotEqualTo(port);
                assertThat(failure(caller::poll)).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(new RestClient(server).post(ADD, "", ALPHA).body()).containsEntry("port", server.grpcPort());
            }
            try (ScriptedClient caller = new ScriptedClient(server, "c-1")) {
                assertThat(caller.awaitTask().getCorrelationId()).isEqualTo(task);
            }
        }
    }

    @Test
    void combinerRestartsWhenACallComes() {
        sandbox.faults()
                .add(Fault.of(FaultKind.COMBINER_MOVE).withCall("Announce").withTimes(1));
        int port = sandbox.grpcPort();

        assertThat(failure(client::poll)).isNull();
        assertThat(sandbox.grpcPort()).isEqualTo(port);
        failure(() -> client.announce("Connect"));
        await().atMost(ScriptedClient.PATIENCE).until(() -> sandbox.grpcPort() != port);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void combinerMovesAlthoughItsOldPortIsTaken(boolean relayed) throws IOException {
        SandboxBuilder builder = Sandbox.builder();
        try (Sandbox server = (relayed ? builder.faults(FaultPlan.none()) : builder).start()) {
            int before = server.grpcPort();
            server.stopCombiner();
            try (ServerSocket other = new ServerSocket(before, 1, InetAddress.getLoopbackAddress())) {
                server.moveCombiner();

                assertThat(server.grpcPort()).isNotEqualTo(other.getLocalPort());
            }
            try (ScriptedClient moved = new ScriptedClient(server, "c-1")) {
                assertThat(failure(moved::poll)).isNull();
            }
        }
    }

    @Test
    void combinerRestartsWhenItsPortIsFreeAgain() throws Exception {
        sandbox.stopCombiner();
        try (ServerSocket other = new ServerSocket(sandbox.grpcPort(), 1, InetAddress.getLoopbackAddress())) {
            sandbox.faults().add(Fault.of(FaultKind.COMBINER_RESTART).withTimes(1));
            assertThat(new RestClient(sandbox).post(ADD, "", ALPHA).status()).isEqualTo(200);
            await().until(
                            () -> sandbox.faults().story(),
                            story -> story.stream()
                                    .anyMatch(event -> event.what().equals("the combiner restarts")));
            // Long enough that the first try finds the port taken.
            Thread.sleep(500);
            assertThat(other.isBound()).isTrue();
        }

        await().atMost(Duration.ofSeconds(30)).until(() -> failure(client::poll) == null);
    }

    @Test
    void listenerThatFailsEndsNoRelay() throws IOException {
        try (Sandbox server = Sandbox.builder()
                .faults(FaultPlan.none())
                .faultListener(event -> {
                    throw new AssertionError("planned by a test");
                })
                .start()) {
            server.faults().add(Fault.latency(Duration.ofMillis(1)).withCall(Fault.API));

            assertThat(new RestClient(server).post(ADD, "", ALPHA).status()).isEqualTo(200);
            assertThat(new RestClient(server).post(ADD, "", ALPHA).status()).isEqualTo(200);
            assertThat(server.faults().strikes()).isEqualTo(2);
        }
    }

    @Test
    void tokensExpireAndAreRevoked() {
        try (Sandbox strict = Sandbox.builder().authentication(true).start();
                ScriptedClient caller = new ScriptedClient(strict, "c-1")) {
            RestClient rest = new RestClient(strict);
            SandboxTokens tokens = strict.tokens();
            String refreshed = renewed(rest, tokens.refresh());
            caller.with("authorization", "Bearer " + access);
            assertThat(failure(caller::poll)).isNull();

            strict.faults().add(Fault.of(FaultKind.EXPIRED_TOKENS).withTimes(1));
            assertThat(failure(caller::poll)).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(rest.post(ADD, access, ALPHA).status()).isEqualTo(401);
            refreshed = renewed(rest, refreshed);
            assertThat(rest.post(ADD, access, ALPHA).status()).isEqualTo(200);
            assertThat(rest.post(ADD, tokens.apiKey(), ALPHA).status()).isEqualTo(200);

            strict.revokeTokens();
            assertThat(rest.post(ADD, access, ALPHA).status()).isEqualTo(401);
            assertThat(rest.post(ADD, tokens.apiKey(), ALPHA).status()).isEqualTo(401);
            assertThat(rest.post("/api/auth/refresh", "", Map.of("refresh_token", refreshed))
                            .status())
                    .isEqualTo(401);
            assertThat(rest.post(ADD, strict.tokens().apiKey(), ALPHA).status()).isEqualTo(200);
        }
    }

    private String access = "";

    private String renewed(RestClient rest, String refreshToken) {
        RestClient.Answer answer = rest.post("/api/auth/refresh", "", Map.of("refresh_token", refreshToken));
        assertThat(answer.status()).isEqualTo(200);
        access = answer.text("access_token");
        return answer.text("refresh_token");
    }

    private void announceWithin(long millis) {
        client.combiner()
                .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                .announce(ClientAnnounceRequest.newBuilder()
                        .setClientId("c-1")
                        .setType("Connect")
                        .build());
    }

    private static Duration time(Runnable action) {
        long begin = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static byte[] request() {
        return "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
    }
}
