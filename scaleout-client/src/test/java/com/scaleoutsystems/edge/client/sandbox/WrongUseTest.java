package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.adding;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.client;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.model;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.quickRetry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.EdgeClientConfig;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong use, and servers that are not as they should be: each gives a clear error, and nothing hangs. */
@Tag("once")
@Timeout(120)
class WrongUseTest {

    @TempDir
    Path folder;

    private static void assertFails(ErrorCode code, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    private static EdgeClientBuilder at(URI api) {
        return EdgeClient.builder()
                .api(api)
                .clientId("client-1")
                .stateless()
                .connectRetry(quickRetry())
                .network(NetworkProfile.defaults()
                        .withConnectTimeout(Duration.ofMillis(500))
                        .withCallTimeout(Duration.ofMillis(500)));
    }

    @Test
    void anApiThatCannotBeReachedIsNamedAfterTheLastAttempt() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (EdgeClient client = at(URI.create("http://127.0.0.1:" + port)).build()) {
            assertFails(ErrorCode.UNAVAILABLE, "(5 attempts)", client::start);
            assertFails(ErrorCode.UNAVAILABLE, "http://127.0.0.1:" + port, client::start);
        }
    }

    @Test
    void anApiThatAcceptsAndNeverAnswersIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                EdgeClient client = at(URI.create("http://127.0.0.1:" + silent.getLocalPort()))
                        .build()) {
            assertFails(ErrorCode.UNAVAILABLE, "5 attempts", client::start);
        }
    }

    @Test
    void aCombinerThatAcceptsAndNeverAnswersIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                EdgeClient client = at(URI.create("http://127.0.0.1:1")).build()) {
            assertThatThrownBy(() -> client.initGrpcHandler(GrpcConnectionOptions.of("127.0.0.1", silent.getLocalPort())
                            .withTls(TlsMode.PLAINTEXT)))
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.retryable()).isTrue());
        }
    }

    @Test
    void aServerThatIsNoScaleoutApiIsSaidToBeNone() {
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = at(sandbox.restUri().resolve("/wrong/path")).build()) {
            assertThat(client.connectToApi()).isInstanceOf(ConnectToApiResult.IncorrectUrl.class);
            assertFails(ErrorCode.NOT_FOUND, "check the URL", client::start);
        }
    }

    @Test
    void credentialsThatAreNotGoodAreRefused() {
        try (Sandbox sandbox = Sandbox.builder().authentication(true).start()) {
            for (Credential credential : new Credential[] {Credential.none(), Credential.token("nonsense")}) {
                try (EdgeClient client =
                        at(sandbox.restUri()).credential(credential).build()) {
                    assertThat(client.connectToApi())
                            .as("%s", credential)
                            .isInstanceOf(ConnectToApiResult.Unauthorized.class);
                    assertFails(ErrorCode.UNAUTHENTICATED, "check the credential", client::start);
                }
            }
        }
    }

    @Test
    void everyKindOfCredentialIsAccepted() {
        try (Sandbox sandbox = Sandbox.builder().authentication(true).start()) {
            for (String token : new String[] {
                sandbox.tokens().apiKey(),
                sandbox.tokens().refresh(),
                sandbox.tokens().enrollment()
            }) {
                try (EdgeClient client = at(sandbox.restUri())
                        .credential(Credential.token(token))
                        .build()) {
                    client.start();
                    Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.CONNECTED);
                }
            }
        }
    }

    @Test
    void aTokenThatEndsIsReplacedWhileTheClientRuns() {
        try (Sandbox sandbox = Sandbox.builder()
                        .authentication(true)
                        .accessTokenLifetime(Duration.ofSeconds(2))
                        .start();
                EdgeClient client = client(sandbox, "client-1")
                        .credential(Credential.token(sandbox.tokens().refresh()))
                        .build()) {
            client.start();
            sandbox.recording().awaitCalls("SendHeartbeat", 3, PATIENCE);
            sandbox.recording().clear();

            // Every token of the beginning has ended by now.
            sandbox.recording().awaitCalls("SendHeartbeat", 1, PATIENCE);
            Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.CONNECTED);
        }
    }

    @Test
    void aNetworkWithoutItsPackageIsToldApart() {
        try (Sandbox sandbox = Sandbox.builder().requireComputePackage(true).start();
                EdgeClient client = at(sandbox.restUri()).build()) {
            assertThat(client.connectToApi()).isInstanceOf(ConnectToApiResult.ComputePackageMissing.class);
        }
    }

    @Test
    void aCombinerThatRefusesTheReleaseIsNamed() {
        try (Sandbox sandbox = Sandbox.builder().incompatibleVersions("0.9.0").start();
                EdgeClient client = at(sandbox.restUri()).clientVersion("0.9.0").build()) {
            assertThat(client.connectToApi()).isInstanceOf(ConnectToApiResult.UnmatchedConfig.class);
            assertFails(
                    ErrorCode.INCOMPATIBLE,
                    "0.9.0",
                    () -> client.initGrpcHandler(GrpcConnectionOptions.of(sandbox.grpcHost(), sandbox.grpcPort())
                            .withTls(TlsMode.PLAINTEXT)));
        }
    }

    @Test
    void aPortInUseIsNamed() {
        try (Sandbox sandbox = Sandbox.builder().start()) {
            int port = sandbox.restUri().getPort();
            assertThatThrownBy(() -> Sandbox.builder().restPort(port).start())
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining(String.valueOf(port));
        }
    }

    @Test
    void aTaskWithoutItsCallbackFailsAndIsLogged() {
        try (Sandbox sandbox = Sandbox.builder().seedModel(model(1)).start();
                EdgeClient client = client(sandbox, "client-1").build()) {
            client.start();
            sandbox.awaitClients(1, PATIENCE);
            String task = sandbox.submit(TaskSpec.of("Scaleout_Validation", "client-1")
                    .withModel(sandbox.models().get(0)));

            assertThat(sandbox.awaitOutcome(task, PATIENCE).response())
                    .isEqualTo("{\"error\": \"this client has no validate callback; set one with onValidate(...)\"}");
            assertThat(sandbox.recording().downloads()).isEmpty();
        }
    }

    @Test
    void wrongArgumentsOfAnAutonomousTaskAreRefused() {
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "client-1").build()) {
            client.start();
            String longest = "Autonomous_" + "x".repeat(989);

            assertThatThrownBy(() ->
                            client.startAutonomousTask(longest.substring(11) + "y", Map.of(), (given, task) -> "no"))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has 1001 characters; expected 1000 at the most");
            assertThatThrownBy(() ->
                            client.startAutonomousTask("x", Map.of("thread", new Thread()), (given, task) -> "no"))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the task's parameters.thread is a java.lang.Thread, which has no JSON form");
            assertThat(client.startAutonomousTask(longest, Map.of(), (given, task) -> "yes")
                            .result()
                            .toCompletableFuture())
                    .succeedsWithin(PATIENCE)
                    .isEqualTo("yes");
        }
    }

    @Test
    void twoClientsCannotShareAStateDirectory() {
        EdgeClientBuilder builder =
                EdgeClient.builder().api(URI.create("http://localhost")).stateDirectory(folder);
        try (EdgeClient first = builder.build()) {
            assertThat(first.clientId()).isNotBlank();
            assertFails(ErrorCode.FAILED_PRECONDITION, "in use by another client", builder::build);
        }
        try (EdgeClient again = builder.build()) {
            assertThat(again.state()).isEqualTo(ClientState.NEW);
        }
    }

    @Test
    void aThreadThatIsInterruptedBuildsNoClientAndLeavesNoLock() {
        EdgeClientBuilder builder =
                EdgeClient.builder().api(URI.create("http://localhost")).stateDirectory(folder);
        Thread.currentThread().interrupt();
        try {
            assertFails(ErrorCode.CANCELLED, "the thread was interrupted while it built the client", builder::build);
        } finally {
            assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        }
        try (EdgeClient client = builder.build()) {
            assertThat(client.state()).isEqualTo(ClientState.NEW);
        }
        Thread.currentThread().interrupt();
        try {
            assertFails(ErrorCode.CANCELLED, "the thread was interrupted while it built the client", builder::build);
        } finally {
            assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        }
        try (EdgeClient again = builder.build()) {
            assertThat(again.state()).isEqualTo(ClientState.NEW);
        }
    }

    @Test
    void argumentsThatAreMissingAreNamed() {
        EdgeClientBuilder builder = EdgeClient.builder();
        assertThatThrownBy(() -> builder.api((URI) null)).hasMessage("url is null");
        assertThatThrownBy(() -> builder.api((String) null)).hasMessage("url is null");
        assertThatThrownBy(() -> TaskSettings.defaults().withTimeLimit(null, PATIENCE))
                .hasMessage("kind is null");
        assertThatThrownBy(() -> EdgeClientConfig.fromFile(null)).hasMessage("file is null");
        try (EdgeClient client = at(URI.create("http://127.0.0.1:1")).build()) {
            assertThatThrownBy(() -> client.startAutonomousTask(null, Map.of(), (given, task) -> ""))
                    .hasMessage("type is null");
            assertThatThrownBy(() -> client.startAutonomousTask("x", null, (given, task) -> ""))
                    .hasMessage("parameters is null");
        }
    }

    /** What is logged wrongly never ends a training loop: the receipt tells. */
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n", "\u2003"})
    void keysThatAreBlankAreRejectedWithTheirName(String blank) {
        try (EdgeClient client = at(URI.create("http://127.0.0.1:1")).build()) {
            LogOptions options = LogOptions.defaults()
                    .withContext(LoggingContext.of("m", "r", "s"))
                    .withContext(new InferenceContext("i", "m"));

            assertRejected("a telemetry key is blank", client.logTelemetry(blank, Map.of("value", 1)));
            assertRejected("a metric's name is blank", client.logMetric(Map.of(blank, 1), options));
            assertRejected("an attribute's name is blank", client.logAttributes(Map.of(blank, 1)));
            assertRejected(
                    "the key of a result is blank", client.logInferenceResult(blank, Map.of("value", 1), options));
        }
    }

    private static void assertRejected(String message, Delivery delivery) {
        assertThat(delivery.outcome().toCompletableFuture())
                .succeedsWithin(PATIENCE)
                .isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> {
                    assertThat(rejected.error().code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
                    assertThat(rejected.error()).hasMessage(message);
                });
    }

    /** The program may change its lists as soon as the call has returned. */
    @Test
    void parametersAreCopiedWithAllThatIsInThem() {
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "client-1").build()) {
            client.start();
            CountDownLatch changed = new CountDownLatch(1);
            List<Object> sizes = new ArrayList<>(List.of(1, 2));
            Map<String, Object> parameters = new HashMap<>(Map.of("sizes", sizes));

            var result = client.startAutonomousTask("x", parameters, (given, task) -> {
                        changed.await(1, TimeUnit.MINUTES);
                        return String.valueOf(given);
                    })
                    .result();
            sizes.add(3);
            parameters.put("more", 4);
            changed.countDown();

            assertThat(result.toCompletableFuture()).succeedsWithin(PATIENCE).isEqualTo("{sizes=[1, 2]}");
            parameters.put("none", null);
            assertThatThrownBy(() -> client.startAutonomousTask("x", parameters, (given, task) -> ""))
                    .hasMessage("parameters.none is null");
        }
    }

    @Test
    void aClientShowsItsNameIdAndStateAndNoSecret() {
        EdgeClient client = at(URI.create("http://127.0.0.1:1"))
                .name("clinic-1")
                .credential(Credential.token("secret-token"))
                .build();

        assertThat(client).hasToString("EdgeClient[name=clinic-1, id=client-1, state=NEW]");
        client.close();
        assertThat(client).hasToString("EdgeClient[name=clinic-1, id=client-1, state=CLOSED]");
    }

    @Test
    void aContextRefusesWhatItCannotReport() {
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "client-1").build()) {
            client.start();
            assertThat(client.startAutonomousTask("x", Map.of(), (given, task) -> {
                                assertThatThrownBy(() -> task.progress(7))
                                        .isExactlyInstanceOf(IllegalArgumentException.class)
                                        .hasMessage("fraction is 7.0; expected 0 to 1");
                                assertThatThrownBy(() -> task.progress(Double.NaN))
                                        .isExactlyInstanceOf(IllegalArgumentException.class);
                                assertThatThrownBy(() -> task.onAbort(null)).hasMessage("action is null");
                                assertThatThrownBy(() -> task.bind(null)).hasMessage("work is null");
                                return "seen";
                            })
                            .result()
                            .toCompletableFuture())
                    .succeedsWithin(PATIENCE)
                    .isEqualTo("seen");
        }
    }

    @Test
    void payloadsThatWouldLoseAValueOrNeverEndAreRefused() {
        Map<Object, Object> twice = new HashMap<>(Map.of(1, "one", "1", "uno"));
        assertFails(ErrorCode.INVALID_ARGUMENT, "p has two keys that are the text 1", () -> Json.write("p", twice));
        Map<String, Object> endless = new HashMap<>();
        endless.put("again", endless);
        assertThatThrownBy(() -> Json.write("p", endless))
                .hasMessageContaining("or contains itself")
                .extracting(error -> error.getMessage().length())
                .satisfies(length -> assertThat(length).isLessThan(200));
    }

    @Test
    void theMadeIdOfAStateDirectoryStays() {
        EdgeClientBuilder builder =
                EdgeClient.builder().api(URI.create("http://localhost")).stateDirectory(folder);
        String made;
        try (EdgeClient first = builder.build()) {
            made = first.clientId();
        }
        try (EdgeClient second = builder.build()) {
            assertThat(second.clientId()).isEqualTo(made);
            assertThat(second.name()).isEqualTo("client-" + made.substring(0, 8));
        }
    }

    @Test
    void aClosedClientRefusesToStartAndClosesTwice() {
        EdgeClient client = at(URI.create("http://127.0.0.1:1")).build();
        client.close();
        client.close();

        assertFails(ErrorCode.FAILED_PRECONDITION, "the client is closed", client::start);
        assertThat(client.sendStatus("too late").outcome().toCompletableFuture().join())
                .hasToString("Dropped[reason=CLIENT_CLOSED]");
    }

    @Test
    void closeKeepsItsBudgetThoughACallbackIgnoresEverything() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        try (Sandbox sandbox = Sandbox.builder().seedModel(model(1)).start()) {
            EdgeClient client = client(sandbox, "client-1")
                    .tasks(TaskSettings.defaults()
                            .withPollInterval(Duration.ofMillis(50))
                            .withAbortGrace(Duration.ofMillis(10)))
                    .onTrain((model, task) -> {
                        entered.countDown();
                        boolean over = false;
                        while (!over) {
                            try {
                                over = release.await(1, TimeUnit.MINUTES);
                            } catch (InterruptedException ignoredOnPurpose) {
                                over = false;
                            }
                        }
                        left.countDown();
                        throw new IllegalStateException("late");
                    })
                    .build();
            client.start();
            sandbox.awaitClients(1, PATIENCE);
            sandbox.submit(TaskSpec.of("Scaleout_ModelUpdate", "client-1")
                    .withModel(sandbox.models().get(0))
                    .withData(Map.of()));
            assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();

            client.close(Duration.ofSeconds(3));

            assertThat(client.state()).isEqualTo(ClientState.CLOSED);
            assertThat(left.getCount()).isEqualTo(1);
            assertThat(sandbox.recording().announcements())
                    .extracting(Recorded.Announcement::type)
                    .contains("Disconnect");
            release.countDown();
            assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aServerThatComesBackOnTheSamePortIsFoundAgain() {
        Sandbox first = Sandbox.builder().seedModel(model(1)).start();
        int restPort = first.restUri().getPort();
        int grpcPort = first.grpcPort();
        try (EdgeClient client = adding(first, "client-1", 1).build()) {
            client.start();
            Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.CONNECTED);
            first.close();
            Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.RECONNECTING);

            try (Sandbox second = Sandbox.builder()
                    .restPort(restPort)
                    .grpcPort(grpcPort)
                    .seedModel(model(1))
                    .start()) {
                Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.CONNECTED);
                String task = second.submit(TaskSpec.of("Scaleout_ModelUpdate", "client-1")
                        .withModel(second.models().get(0))
                        .withData(Map.of()));

                assertThat(second.awaitOutcome(task, PATIENCE).completed()).isTrue();
                client.close(PATIENCE);
            }
        }
    }
}
