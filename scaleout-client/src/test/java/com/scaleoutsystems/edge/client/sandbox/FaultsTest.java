package com.scaleoutsystems.edge.client.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TlsSettings;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client and the faults of a sandbox: each fault strikes, and the session goes on. */
class FaultsTest {

    @Test
    void roundIsFinishedAlthoughEachStepFailsOnce() {
        FaultPlan plan = FaultPlan.of(
                Fault.error("503").withTimes(1),
                Fault.error("UNAVAILABLE").withCall("PollAndReportAsync").withTimes(1),
                Fault.lostAnswer("UNAVAILABLE").withCall("SendModelUpdate").withTimes(1),
                Fault.of(FaultKind.WRONG_CHECKSUM).withTimes(1),
                Fault.of(FaultKind.REFUSED_UPLOAD).withTimes(1),
                Fault.of(FaultKind.GARBAGE_TASK).withTimes(1),
                Fault.of(FaultKind.DOUBLED_TASK).withTimes(1));
        try (Sandbox sandbox = Sandbox.builder()
                        .seedModel(SandboxClients.model(0))
                        .faults(plan)
                        .start();
                EdgeClient client =
                        SandboxClients.adding(sandbox, "client-1", 10).build()) {
            client.start();

            SessionResult session = sandbox.runSession(SessionPlan.of(2, 1));

            assertThat(session.rounds())
                    .hasSize(2)
                    .allSatisfy(round -> assertThat(round.updates())
                            .as("%s", sandbox.faults().story())
                            .hasSize(1));
            assertThat(sandbox.faults().all().keySet())
                    .allSatisfy(number -> assertThat(sandbox.faults().strikes(number))
                            .as("%s", sandbox.faults().story())
                            .isEqualTo(1));
        }
    }

    @Test
    void clientWorksAgainAfterItsConnectionsWereResetAndTheCombinerRestarted() {
        try (Sandbox sandbox = Sandbox.builder().faults(FaultPlan.none()).start();
                EdgeClient client =
                        SandboxClients.adding(sandbox, "client-1", 10).build()) {
            client.start();
            sandbox.awaitClients(1, SandboxClients.PATIENCE);
            for (Runnable fault : List.<Runnable>of(
                    () -> sandbox.faults().add(Fault.reset(0).withTimes(1)), sandbox::restartCombiner)) {
                fault.run();
                int before = sandbox.recording().calls("PollAndReportAsync").size();

                await().atMost(SandboxClients.PATIENCE)
                        .until(() ->
                                sandbox.recording().calls("PollAndReportAsync").size() > before + 1);
            }
        }
    }

    /** The connection is reset (TCP RST) when this share of the model has passed. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anUploadWhoseConnectionIsResetIsMadeAgainAndTheServerHasTheWholeModel(long seed) {
        Random random = new Random(seed);
        float[] values = new float[1 << 20];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        try (Sandbox sandbox = Sandbox.builder().faults(FaultPlan.none()).start();
                EdgeClient client = SandboxClients.client(sandbox, "client-1")
                        .transfers(TransferSettings.defaults().withRetry(SandboxClients.quickRetry()))
                        .build();
                ScaleoutModel model = SandboxClients.model(values)) {
            client.start();
            sandbox.awaitClients(1, SandboxClients.PATIENCE);
            long bytes = random.nextLong(100_000, model.size() - 100_000);
            int fault = sandbox.faults().add(Fault.reset(bytes).withTimes(1));

            client.sendModelToCombiner(model);

            assertThat(sandbox.faults().strikes(fault))
                    .as("resets after %d bytes", bytes)
                    .isEqualTo(1);
            assertThat(sandbox.recording().all(Recorded.Upload.class))
                    .singleElement()
                    .satisfies(upload -> {
                        assertThat(upload.stored()).isTrue();
                        assertThat(upload.bytes()).isEqualTo(model.size());
                        assertThat(upload.checksum()).isEqualTo(model.checksum());
                    });
        }
    }

    @Test
    void clientTrustsTheAuthorityOfTheSandbox(@TempDir Path folder) {
        Path authority = folder.resolve("authority.pem");
        try (Sandbox sandbox =
                Sandbox.builder().tls(true).seedModel(SandboxClients.model(0)).start()) {
            sandbox.saveCertificateAuthority(authority);
            try (EdgeClient client = SandboxClients.adding(sandbox, "client-1", 10)
                    .network(NetworkProfile.defaults()
                            .withTls(TlsSettings.defaults().withTrustedCertificates(authority)))
                    .build()) {
                client.start();

                assertThat(sandbox.runSession(SessionPlan.of(1, 1)).rounds()).hasSize(1);
            }
        }
    }
}
