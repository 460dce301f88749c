package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.adding;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.model;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.CombinerTls;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.task.TaskArrival;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks that the combiner pushes. */
@Timeout(120)
class PushedTasksTest {

    @ParameterizedTest
    @CsvSource({"V1_0, V1_0", "V1_0, AUTO", "V1_1, V1_1", "V1_1, AUTO"})
    void tasksArePushedInWhicheverGenerationTheCombinerSpeaks(SandboxGeneration spoken, Generation set) {
        boolean first = spoken == SandboxGeneration.V1_0;
        CompletableFuture<Map<String, ?>> parameters = new CompletableFuture<>();
        try (Sandbox sandbox = Sandbox.builder()
                        .generation(spoken)
                        .seedModel(model(1, 2).withModelId("seed"))
                        .start();
                EdgeClient client = adding(sandbox, "c", 10)
                        .generation(set)
                        .tasks(TaskSettings.defaults().withArrival(TaskArrival.PUSHED))
                        // The first generation does not say whether its combiner wants TLS.
                        .network(NetworkProfile.defaults().withCombinerTls(CombinerTls.IF_ASSIGNED))
                        .onCustom("c", (given, task) -> parameters.complete(given))
                        .build()) {
            client.start();
            // The first task: what it means must be known before it comes.
            sandbox.submit(TaskSpec.of("Custom_c", "c")
                    .withData(first ? Map.of("a", 1) : Map.of("parameters", Map.of("a", 1))));
            assertThat(parameters).succeedsWithin(PATIENCE).isEqualTo(Map.of("a", 1));

            String prefix = first ? "Fedn_" : "Scaleout_";
            String trained = sandbox.submit(
                    TaskSpec.of(prefix + "ModelUpdate", "c").withModel("seed").withSession("s", "1"));
            assertThat(sandbox.awaitOutcome(trained, PATIENCE).status()).isEqualTo("COMPLETED");
            String validated = sandbox.submit(
                    TaskSpec.of(prefix + "Validation", "c").withModel("seed").withSession("s", "1"));
            assertThat(sandbox.awaitOutcome(validated, PATIENCE).status()).isEqualTo("COMPLETED");
            assertThat(client.logTelemetry("t", Map.of("value", 1)).outcome().toCompletableFuture())
                    .succeedsWithin(PATIENCE)
                    .isEqualTo(new Outcome.Delivered());

            Recorded.ModelUpdate update = sandbox.recording().modelUpdates().get(0);
            try (ScaleoutModel sent = sandbox.model(update.modelUpdateId())) {
                assertThat(sent.isRaw()).isEqualTo(first);
                assertThat(sent.modelParameters().get(0).toFloats()).containsExactly(2, 3);
            }
        }
    }
}
