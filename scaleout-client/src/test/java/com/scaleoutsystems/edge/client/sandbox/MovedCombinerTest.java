package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TlsSettings;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.SandboxBuilder;
import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What operators do in the middle of a session: the combiner moves, credentials are revoked, the certificate is replaced. */
@Timeout(180)
class MovedCombinerTest {

    private static final int CLIENTS = 3;
    private static final int ROUNDS = 4;
    private static final Duration LIMIT = Duration.ofSeconds(4);
    private static final Duration RECOVERY = Duration.ofSeconds(10);

    private final List<EdgeClient> clients = new ArrayList<>();
    private final List<String> trained = new CopyOnWriteArrayList<>();
    private final AtomicInteger rounds = new AtomicInteger();

    /** The trainings of the second round last until the operator has acted. */
    private final CountDownLatch acted = new CountDownLatch(1);

    private static SandboxBuilder sandbox() {
        return Sandbox.builder().seedModel(SandboxClients.model(0)).faults(FaultPlan.none());
    }

    private EdgeClientBuilder training(Sandbox sandbox, int number) {
        return SandboxClients.adding(sandbox, "client-" + number, 10)
                .reassignAfter(LIMIT)
                .onTrain((model, task) -> {
                    trained.add(task.request().correlationId());
                    if (rounds.get() > 0) {
                        acted.await();
                    }
                    return TrainResult.of(SandboxClients.plusOne(model), 10);
                });
    }

    private EdgeClient start(EdgeClientBuilder builder) {
        EdgeClient client = builder.build();
        clients.add(client);
        client.start();
        return client;
    }

    private void closeClients() {
        clients.forEach(client -> client.close(Duration.ofSeconds(2)));
    }

    /** Begins a session, and waits until all train in its second round. */
    private CompletableFuture<SessionResult> session(Sandbox sandbox, int participants) {
        CompletableFuture<SessionResult> session = sandbox.startSession(
                SessionPlan.of(ROUNDS, participants).withListener(round -> rounds.incrementAndGet()));
        await().atMost(PATIENCE).until(() -> trained.size() == 2 * participants);
        return session;
    }

    private void isComplete(CompletableFuture<SessionResult> session, Sandbox sandbox, int participants)
            throws Exception {
        SessionResult result = session.get(2, TimeUnit.MINUTES);
        assertThat(result.rounds()).hasSize(ROUNDS).allSatisfy(round -> {
            assertThat(round.updates()).as("%s", round.failures()).hasSize(participants);
            assertThat(round.validations()).as("%s", round.failures()).hasSize(participants);
        });
        assertThat(trained).hasSize(ROUNDS * participants).doesNotHaveDuplicates();
        assertThat(sandbox.recording().modelUpdates())
                .extracting(Recorded.ModelUpdate::correlationId)
                .containsOnlyOnceElementsOf(trained);
    }

    private void movesAway(boolean afterTheLimit) throws Exception {
        List<ClientState> states = new CopyOnWriteArrayList<>();
        try (Sandbox sandbox = sandbox().start()) {
            for (int i = 0; i < CLIENTS; i++) {
                EdgeClientBuilder builder = training(sandbox, i);
                start(
                        i > 0
                                ? builder
                                : builder.listener(new EdgeClientListener() {
                                    @Override
                                    public void stateChanged(ClientState from, ClientState to, String reason) {
                                        states.add(to);
                                    }
                                }));
            }
            CompletableFuture<SessionResult> session = session(sandbox, CLIENTS);

            sandbox.stopCombiner();
            long gone = System.nanoTime();
            acted.countDown();
            if (afterTheLimit) {
                await().atMost(PATIENCE)
                        .until(() -> clients.stream().allMatch(client -> client.state() == ClientState.REASSIGNING));
            }
            sandbox.moveCombiner();
            int before = trained.size();
            long limit = Math.max(System.nanoTime(), gone + LIMIT.toNanos());
            await().atMost(LIMIT.plus(RECOVERY.multipliedBy(4))).until(() -> trained.size() >= before + CLIENTS);
            System.out.printf(
                    "training again %d ms after the later of the combiner's return and the limit%n",
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - limit));

            isComplete(session, sandbox, CLIENTS);
            assertThat(states)
                    .containsSubsequence(ClientState.RECONNECTING, ClientState.REASSIGNING, ClientState.CONNECTED);
        } finally {
            closeClients();
        }
    }

    @Test
    void clientsTrainAgainWhenTheirCombinerIsBackAtAnotherPort() throws Exception {
        movesAway(true);
    }

    @Test
    void clientsWhoseCombinerMovesAtOnceFindItAfterTheLimit() throws Exception {
        movesAway(false);
    }

    @Test
    void revokedCredentialIsReplacedThroughTheCallbackAndNothingIsLost() throws Exception {
        List<EdgeException> rejections = new CopyOnWriteArrayList<>();
        try (Sandbox sandbox = sandbox().authentication(true).start()) {
            EdgeClient client = start(training(sandbox, 0)
                    .credential(Credential.token(sandbox.tokens().refresh()))
                    .onCredentialsRejected(error -> {
                        rejections.add(error);
                        return Optional.of(Credential.token(sandbox.tokens().refresh()));
                    }));
            CompletableFuture<SessionResult> session = session(sandbox, 1);

            sandbox.revokeTokens();
            acted.countDown();
            Delivery record = client.logTelemetry("door", Map.of("open", 1));

            isComplete(session, sandbox, 1);
            assertThat(record.outcome().toCompletableFuture().get(1, TimeUnit.MINUTES))
                    .isInstanceOf(Outcome.Delivered.class);
            assertThat(rejections)
                    .hasSize(1)
                    .allSatisfy(error -> assertThat(error.code()).isEqualTo(ErrorCode.UNAUTHENTICATED))
                    .noneMatch(EdgeException::retryable);
        } finally {
            closeClients();
        }
    }

    @Test
    void certificateThatChangesUnderACallIsTrustedIfItsAuthorityIs(@TempDir Path folder) throws Exception {
        Path authority = folder.resolve("authority.pem");
        try (Sandbox sandbox = sandbox().tls(true).start()) {
            sandbox.saveCertificateAuthority(authority);
            start(training(sandbox, 0)
                    .network(NetworkProfile.defaults()
                            .withTls(TlsSettings.defaults().withTrustedCertificates(authority))));
            CompletableFuture<SessionResult> session = session(sandbox, 1);

            int fault = sandbox.faults()
                    .add(Fault.of(FaultKind.CHANGED_CERTIFICATE)
                            .withCall("PollAndReportAsync")
                            .withTimes(1));

            await().atMost(PATIENCE).until(() -> sandbox.faults().strikes(fault) == 1);
            acted.countDown();
            isComplete(session, sandbox, 1);
            assertThat(sandbox.faults().story()).anyMatch(event -> event.what().startsWith("the certificate changes"));
        } finally {
            closeClients();
        }
    }
}
