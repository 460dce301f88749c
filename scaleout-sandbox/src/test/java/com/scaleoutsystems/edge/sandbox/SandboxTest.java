package com.scaleoutsystems.edge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.proto.ClientAvailableMessage;
import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Start, close, and what is left behind. Counts the threads of the whole process, so it runs alone. */
@Isolated
class SandboxTest {
    private static final Duration PATIENCE = ScriptedClient.PATIENCE;

    @Test
    void portsAreChosenByTheSystem() {
        try (Sandbox first = Sandbox.builder().start();
                Sandbox second = Sandbox.builder().start()) {
            assertThat(List.of(
                            first.restUri().getPort(),
                            first.grpcPort(),
                            second.restUri().getPort(),
                            second.grpcPort()))
                    .doesNotHaveDuplicates()
                    .allMatch(port -> port > 0);
            assertThat(first.grpcHost()).isEqualTo("127.0.0.1");
            assertThat(first.restUri().getHost()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void restPortInUseIsNamedAndNothingStaysOpen() throws Exception {
        try (ServerSocket taken = socket(0)) {
            int free = freePort();
            assertThatExceptionOfType(EdgeException.class)
                    .isThrownBy(() -> Sandbox.builder()
                            .restPort(taken.getLocalPort())
                            .grpcPort(free)
                            .start())
                    .withMessageContaining("REST port " + taken.getLocalPort())
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
            assertFree(free);
        }
        assertThreadsEnd();
    }

    @Test
    void grpcPortInUseIsNamedAndNothingStaysOpen() throws Exception {
        try (ServerSocket taken = socket(0)) {
            int free = freePort();
            assertThatExceptionOfType(EdgeException.class)
                    .isThrownBy(() -> Sandbox.builder()
                            .restPort(free)
                            .grpcPort(taken.getLocalPort())
                            .start())
                    .withMessageContaining("gRPC port " + taken.getLocalPort())
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
            assertFree(free);
        }
        assertThreadsEnd();
    }

    @Test
    void closeFreesPortsAndThreadsAndMayBeRepeated() throws Exception {
        Sandbox sandbox = Sandbox.builder().start();
        int rest = sandbox.restUri().getPort();
        int grpc = sandbox.grpcPort();
        new RestClient(sandbox).post("/api/v1/clients/add", "", Map.of("name", "a", "package", "local"));
        Observers.Collecting<TaskRequest> tasks = new Observers.Collecting<>();
        try (ScriptedClient client = new ScriptedClient(sandbox, "c-1")) {
            client.streams()
                    .taskStream(
                            ClientAvailableMessage.newBuilder()
                                    .setClientId("c-1")
                                    .build(),
                            tasks);
            sandbox.awaitClients(1, PATIENCE);
            sandbox.close();
            sandbox.close();
            assertThatThrownBy(() -> Observers.get(tasks.end)).isInstanceOf(RuntimeException.class);
        }
        assertFree(rest);
        assertFree(grpc);
        assertThreadsEnd();
    }

    @Test
    void sandboxCanStartAgainOnTheSamePorts() {
        Sandbox first = Sandbox.builder().start();
        int rest = first.restUri().getPort();
        int grpc = first.grpcPort();
        first.close();
        try (Sandbox second = Sandbox.builder().restPort(rest).grpcPort(grpc).start()) {
            assertThat(second.grpcPort()).isEqualTo(grpc);
            assertThat(second.restUri().getPort()).isEqualTo(rest);
        }
    }

    @Test
    void closedSandboxSaysSoAndItsRecordingStaysReadable() {
        Sandbox sandbox = Sandbox.builder().start();
        try (ScriptedClient client = new ScriptedClient(sandbox, "c-1")) {
            client.announce("Connect");
        }
        sandbox.close();
        assertThatExceptionOfType(EdgeException.class)
                .isThrownBy(() -> sandbox.submit(TaskSpec.of("Custom_echo", "c-1")))
                .withMessage("The sandbox is closed")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION));
        assertThatExceptionOfType(EdgeException.class).isThrownBy(sandbox::models);
        assertThat(sandbox.recording().announcements()).hasSize(1);
    }

    @Test
    void closingEndsAllWaiting() {
        Sandbox sandbox = Sandbox.builder().start();
        CompletableFuture<List<String>> waiting =
                CompletableFuture.supplyAsync(() -> sandbox.awaitClients(1, Duration.ofDays(1)));
        sandbox.close();
        assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void lackOfMemoryFailsTheCallAndTheSandboxGoesOn() {
        AtomicBoolean lacks = new AtomicBoolean();
        Clock clock = new Clock() {
            @Override
            public Instant instant() {
                if (lacks.getAndSet(false)) {
                    throw new OutOfMemoryError("planned by a test");
                }
                return Instant.now();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        try (Sandbox sandbox = Sandbox.builder().clock(clock).start();
                ScriptedClient client = new ScriptedClient(sandbox, "c-1")) {
            client.announce("Connect");
            lacks.set(true);
            assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(() -> client.announce("Disconnect"))
                    .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED))
                    .withMessageContaining("no memory");
            client.announce("Disconnect");
            Map<String, Object> body = Map.of("name", "a", "package", "local");
            lacks.set(true);
            assertThat(new RestClient(sandbox)
                            .post("/api/v1/clients/add", "", body)
                            .status())
                    .isEqualTo(503);
            assertThat(new RestClient(sandbox)
                            .post("/api/v1/clients/add", "", body)
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void settingsAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sandbox.builder().restPort(65_536))
                .withMessageContaining("65536");
        assertThatIllegalArgumentException().isThrownBy(() -> Sandbox.builder().grpcPort(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> Sandbox.builder().recordAckBatch(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Sandbox.builder().downloadChunkSize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Sandbox.builder().accessTokenLifetime(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> Sandbox.builder().recordAckDelay(Duration.ofNanos(-1)));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = socket(0)) {
            return socket.getLocalPort();
        }
    }

    private static ServerSocket socket(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
    }

    private static void assertFree(int port) {
        assertThatCode(() -> socket(port).close()).doesNotThrowAnyException();
    }

    private static void assertThreadsEnd() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("scaleout-sandbox-") || name.startsWith("HTTP-Dispatcher")));
    }
}
