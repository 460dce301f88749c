package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.client;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Delivery.Stored;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Receipts wait for no code of the program, on real threads. */
@Timeout(120)
class ReceiptsTest {

    private static Delivery telemetry(EdgeClient client) {
        return client.logTelemetry("t", Map.of("value", 1));
    }

    private static void assertDelivered(Delivery delivery) {
        assertThat(delivery.stored().toCompletableFuture())
                .succeedsWithin(PATIENCE)
                .isEqualTo(Stored.NOT_DURABLE);
        assertThat(delivery.outcome().toCompletableFuture())
                .succeedsWithin(PATIENCE)
                .isEqualTo(new Outcome.Delivered());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void receiptsCompleteWhileAListenerBlocks() {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        EdgeClientListener blocks = new EdgeClientListener() {
            @Override
            public void stateChanged(ClientState from, ClientState to, String reason) {
                entered.countDown();
                await(over);
            }
        };
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "c").listener(blocks).build()) {
            client.start();
            await(entered);

            assertDelivered(telemetry(client));
        } finally {
            over.countDown();
        }
    }

    @Test
    void aListenerMayWaitForAReceipt() {
        AtomicReference<EdgeClient> built = new AtomicReference<>();
        CompletableFuture<Outcome> seen = new CompletableFuture<>();
        EdgeClientListener waits = new EdgeClientListener() {
            @Override
            public void stateChanged(ClientState from, ClientState to, String reason) {
                if (to == ClientState.CONNECTED) {
                    seen.complete(telemetry(built.get())
                            .outcome()
                            .toCompletableFuture()
                            .join());
                }
            }
        };
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "c").listener(waits).build()) {
            built.set(client);
            client.start();

            assertThat(seen).succeedsWithin(PATIENCE).isEqualTo(new Outcome.Delivered());
        }
    }

    @Test
    void whatFollowsOneReceiptMayWaitForAnother() {
        CompletableFuture<Outcome> seen = new CompletableFuture<>();
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "c").build()) {
            client.start();

            var unused = telemetry(client)
                    .outcome()
                    .thenAccept(first -> seen.complete(
                            telemetry(client).outcome().toCompletableFuture().join()));

            assertThat(seen).succeedsWithin(PATIENCE).isEqualTo(new Outcome.Delivered());
        }
    }
}
