package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A client that starts before its network is there, over real sockets. */
class LateNetworkTest {

    @Test
    void aClientJoinsASandboxThatStartsAfterIt() throws Exception {
        URI later;
        try (Sandbox gone = Sandbox.builder().start()) {
            later = gone.restUri();
        }
        try (EdgeClient client = adding(later).build()) {
            CompletableFuture<?> started = client.startInBackground().toCompletableFuture();
            Delivery logged = client.logTelemetry("t", Map.of("value", 1));
            await().atMost(PATIENCE)
                    .until(() ->
                            client.health().troubles().stream().anyMatch(line -> line.contains("has not joined yet")));
            assertThat(client.state()).isEqualTo(ClientState.JOINING);

            try (Sandbox sandbox = sandboxAt(later)) {
                started.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(sandbox.runSession(SessionPlan.of(1, 1)).modelId()).isNotEmpty();
                assertThat(logged.outcome().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isInstanceOf(Outcome.Delivered.class);
                assertThat(client.health().ready()).isTrue();
            }
        }
    }

    @Test
    void runReturnsWhenTheClientIsClosedBeforeItsNetworkIsThere() throws Exception {
        URI never;
        try (Sandbox gone = Sandbox.builder().start()) {
            never = gone.restUri();
        }
        try (EdgeClient client = adding(never).waitForNetwork().build()) {
            CompletableFuture<Void> ran = CompletableFuture.runAsync(client::run);
            await().atMost(PATIENCE).until(() -> !client.health().troubles().isEmpty());
            client.close(PATIENCE);

            ran.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static EdgeClientBuilder adding(URI api) {
        try (Sandbox any = Sandbox.builder().start()) {
            return SandboxClients.adding(any, "late", 1).api(api);
        }
    }

    private static Sandbox sandboxAt(URI rest) {
        return Sandbox.builder()
                .restPort(rest.getPort())
                .seedModel(SandboxClients.model(0))
                .start();
    }
}
