package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.event.TransferDirection;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.task.HostCalls;
import com.scaleoutsystems.edge.client.internal.task.HostModels;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Models that the host sends on its own account, in virtual time. */
class HostModelsTest {

    private static final EdgeException AWAY = new EdgeException(ErrorCode.UNAVAILABLE, "away", null, true, 1);

    private final List<String> transferred = new ArrayList<>();
    private final ScaleoutModel model = model("mine", 1);

    private SimulatedClient started() {
        EdgeClientListener listener = new EdgeClientListener() {
            @Override
            public void modelTransferred(TransferDirection direction, String modelId, long bytes, Duration duration) {
                transferred.add(direction + " " + modelId + ", " + bytes + " bytes");
            }
        };
        SimulatedClient client = new SimulatedClient(
                1,
                null,
                ReportingSettings.defaults().withNodeTelemetry(false),
                SimulatedClient.Disk.memory(new MemoryStateStore()),
                List.of(listener));
        client.start();
        return client;
    }

    private CompletableFuture<@Nullable Void> send(SimulatedClient client) {
        CompletableFuture<HostCalls> calls =
                client.runtime.connectedCalls().calls().toCompletableFuture();
        client.await(calls);
        return calls.join().models().send(model).toCompletableFuture();
    }

    private static EdgeException failure(SimulatedClient client, CompletableFuture<?> sent) {
        client.runUntil(sent::isDone);
        return (EdgeException) sent.handle((value, error) -> error).join();
    }

    @Test
    void aModelIsSentAgainUntilTheCombinerHasIt() {
        SimulatedClient client = started();
        client.combiner.failNext("upload", AWAY);
        client.combiner.failNext("upload", AWAY);

        client.await(send(client));
        client.runFor(Duration.ofSeconds(1));

        assertThat(client.combiner.calls("→ upload mine")).isEqualTo(3);
        assertThat(transferred).containsExactly("UPLOAD mine, " + model.size() + " bytes");
    }

    @Test
    void afterTheLastAttemptItsFailureIsReported() {
        SimulatedClient client = started();
        for (int i = 0; i < 10; i++) {
            client.combiner.failNext("upload", AWAY);
        }

        EdgeException last = failure(client, send(client));

        assertThat(last).hasCause(AWAY).hasMessage(AWAY.getMessage() + " (5 attempts)");
        assertThat(last.code()).isEqualTo(AWAY.code());
        assertThat(last.retryable()).isTrue();
        assertThat(last.attempts()).isEqualTo(5);
        assertThat(client.combiner.calls("→ upload")).isEqualTo(5);
        assertThat(transferred).isEmpty();
    }

    @Test
    void aFailureForGoodIsReportedAtOnce() {
        SimulatedClient client = started();
        EdgeException refused = new EdgeException(ErrorCode.RESOURCE_EXHAUSTED, "too large");
        client.combiner.failNext("upload", refused);

        assertThat(failure(client, send(client))).isSameAs(refused);
        assertThat(client.combiner.calls("→ upload")).isEqualTo(1);
    }

    @Test
    void closingEndsAnUploadThatWaitsForItsNextAttempt() {
        SimulatedClient client = started();
        for (int i = 0; i < 10; i++) {
            client.combiner.failNext("upload", AWAY);
        }
        CompletableFuture<@Nullable Void> sent = send(client);
        client.runUntil(() -> client.combiner.calls("→ upload") == 2);

        client.close(Duration.ofSeconds(10));

        EdgeException over = failure(client, sent);
        assertThat(over.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(over).hasMessage("the client was closed meanwhile");
        assertThat(client.combiner.calls("→ upload")).isEqualTo(2);
    }

    @Test
    void afterTheCloseNoTransferBegins() {
        SimulatedClient client = started();
        client.combiner.addModel("m", 0);
        CompletableFuture<HostCalls> calls =
                client.runtime.connectedCalls().calls().toCompletableFuture();
        client.await(calls);
        client.close(Duration.ofSeconds(10));
        HostModels models = calls.join().models();

        for (CompletionStage<?> late : List.of(models.send(model), models.get("m"))) {
            assertThat(failure(client, late.toCompletableFuture()).code()).isEqualTo(ErrorCode.CANCELLED);
        }
        assertThat(client.combiner.calls("→ upload")).isZero();
        assertThat(client.combiner.calls("→ download")).isZero();
    }
}
