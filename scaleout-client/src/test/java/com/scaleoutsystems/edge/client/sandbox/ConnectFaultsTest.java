package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.adding;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TlsSettings;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.SandboxBuilder;
import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import com.scaleoutsystems.edge.sandbox.network.SandboxCertificate;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Ways to a combiner that are barred, and what the same client does when they are free again; over real sockets. */
@Timeout(60)
class ConnectFaultsTest {

    /** As often as {@code RetryPolicy} says. */
    private static final int ATTEMPTS = 5;

    @TempDir
    Path folder;

    private final List<EdgeException> errors = new CopyOnWriteArrayList<>();

    private static SandboxBuilder sandbox() {
        return Sandbox.builder().seedModel(model(1)).faults(FaultPlan.none());
    }

    private EdgeClientBuilder client(Sandbox sandbox) {
        return adding(sandbox, "client-1", 1).listener(new EdgeClientListener() {
            @Override
            public void error(EdgeException error) {
                errors.add(error);
            }
        });
    }

    private EdgeClientBuilder trusting(Sandbox sandbox) {
        Path authority = folder.resolve("authority.pem");
        sandbox.saveCertificateAuthority(authority);
        return client(sandbox)
                .network(
                        NetworkProfile.defaults().withTls(TlsSettings.defaults().withTrustedCertificates(authority)));
    }

    private static EdgeException startFails(EdgeClient client) {
        return catchThrowableOfType(EdgeException.class, client::start);
    }

    /** The same client takes a task and completes it. */
    private static void works(Sandbox sandbox) {
        sandbox.awaitClients(1, PATIENCE);
        String task = sandbox.submit(TaskSpec.of("Scaleout_ModelUpdate", "client-1")
                .withModel(sandbox.models().get(0))
                .withData(Map.of()));
        assertThat(sandbox.awaitOutcome(task, PATIENCE).completed()).isTrue();
    }

    @Test
    void aCombinerThatRefusesConnectionsFailsTheStartAndIsJoinedByTheNext() {
        try (Sandbox sandbox = sandbox().start();
                EdgeClient client = client(sandbox).build()) {
            sandbox.stopCombiner();
            EdgeException error = startFails(client);
            assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(error.retryable()).isTrue();
            assertThat(client.state()).isEqualTo(ClientState.NEW);

            sandbox.restartCombiner();
            client.start();
            works(sandbox);
        }
    }

    /** Before the assignment the API is away, after it the combiner. */
    @ParameterizedTest
    @CsvSource({"503, POST /api/v1/clients/add", "UNAVAILABLE, Announce"})
    void aServerThatLeavesBeforeOrAfterTheAssignmentIsAskedFiveTimesAndJoinedByTheNextStart(String code, String call) {
        try (Sandbox sandbox = sandbox().start();
                EdgeClient client = client(sandbox).build()) {
            int fault = sandbox.faults().add(Fault.error(code).withCall(call));
            EdgeException error = startFails(client);
            assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(error.retryable()).isTrue();
            assertThat(sandbox.faults().strikes(fault)).isEqualTo(ATTEMPTS);

            sandbox.faults().clear();
            client.start();
            works(sandbox);
        }
    }

    @ParameterizedTest
    @EnumSource(value = SandboxCertificate.class, names = "TRUSTED", mode = EnumSource.Mode.EXCLUDE)
    void aCertificateThatIsNotGoodFailsTheStartAndNoCallIsMade(SandboxCertificate certificate) {
        try (Sandbox sandbox = sandbox().tls(true).start();
                EdgeClient client = trusting(sandbox).build()) {
            sandbox.changeCertificate(certificate);
            EdgeException error = startFails(client);
            assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(error).hasMessageContaining("certificate");
            assertThat(sandbox.recording().calls("Announce")).isEmpty();

            sandbox.changeCertificate(SandboxCertificate.TRUSTED);
            client.start();
            works(sandbox);
        }
    }

    @Test
    void aCertificateThatBecomesBadInASessionIsToldAndTheClientGoesOnWithAGoodOne() {
        try (Sandbox sandbox = sandbox().tls(true).start();
                EdgeClient client = trusting(sandbox).build()) {
            client.start();
            works(sandbox);
            sandbox.changeCertificate(SandboxCertificate.UNTRUSTED);
            Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.RECONNECTING);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> errors.stream()
                            .anyMatch(error -> error.code() == ErrorCode.UNAVAILABLE
                                    && String.valueOf(error.getMessage())
                                            .contains("certificate from an unknown authority")));
            sandbox.changeCertificate(SandboxCertificate.TRUSTED);

            works(sandbox);
            // Not CONNECTED yet if heartbeats have failed: the link counts as slow for a while.
            assertThat(client.state()).isIn(ClientState.CONNECTED, ClientState.DEGRADED);
        }
    }

    /** One exchange, and the listener hears of no error that is final. */
    @Test
    void aTokenThatExpiresInASessionIsExchangedOnceAndNothingFails() {
        try (Sandbox sandbox = sandbox().authentication(true).start();
                EdgeClient client = client(sandbox)
                        .credential(Credential.token(sandbox.tokens().refresh()))
                        .build()) {
            client.start();
            works(sandbox);
            int exchanges = sandbox.recording().calls("POST /api/auth/refresh").size();
            sandbox.expireTokens();
            works(sandbox);

            assertThat(sandbox.recording().calls("POST /api/auth/refresh")).hasSize(exchanges + 1);
            assertThat(errors).allMatch(EdgeException::retryable);
        }
    }
}
