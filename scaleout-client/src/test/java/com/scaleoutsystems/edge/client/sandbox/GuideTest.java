package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.model;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The callbacks that docs/tasks.md shows. */
@Timeout(120)
class GuideTest {

    private static final long EXAMPLES = 10;

    /** One step of a training that doubles each weight. */
    private static float step(float[] weights) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= 2;
        }
        return 1 / weights[0];
    }

    // The guide shows what follows.
    static EdgeClientBuilder withCallbacks(EdgeClientBuilder builder) {
        return builder.onTrain((model, task) -> {
                    int epochs = task.settings().get("epochs") instanceof Number number ? number.intValue() : 1;
                    float[] weights = model.modelParameters().get(0).toFloats();
                    for (int epoch = 1; epoch <= epochs; epoch++) {
                        task.checkAbort();
                        task.logMetric(Map.of("loss", step(weights)));
                        task.progress((double) epoch / epochs);
                    }
                    Tensor trained = Tensor.ofFloats(weights, weights.length);
                    return TrainResult.of(ScaleoutModel.fromModelParameters(ModelParameters.of(trained)), EXAMPLES)
                            .withTrainingMetadata("epochs", epochs);
                })
                .onValidate((model, task) ->
                        Map.of("first", model.modelParameters().get(0).toFloats()[0]));
    }
    // Up to here.

    @Test
    void theGuideShowsTheseCallbacks() throws IOException {
        String source = Files.readString(
                Path.of("src/test/java", GuideTest.class.getName().replace('.', '/') + ".java"));
        String begin = "    // The guide shows what follows.\n";
        String shown = source.substring(source.indexOf(begin) + begin.length(), source.indexOf("    // Up to here."));

        assertThat(Files.readString(Path.of("../docs/tasks.md")))
                .contains("```java\n" + shown.stripTrailing().stripIndent() + "\n```");
    }

    @Test
    void theCallbacksOfTheGuideDoWhatItSays() {
        try (Sandbox sandbox = Sandbox.builder()
                        .seedModel(model(1, 2).withModelId("seed"))
                        .start();
                EdgeClient client =
                        withCallbacks(SandboxClients.client(sandbox, "c")).build()) {
            client.start();
            String trained = sandbox.submit(TaskSpec.of("Scaleout_ModelUpdate", "c")
                    .withModel("seed")
                    .withSession("s", "1")
                    .withData(Map.of("client_settings", Map.of("epochs", 3))));
            assertThat(sandbox.awaitOutcome(trained, PATIENCE).status()).isEqualTo("COMPLETED");
            Recorded.ModelUpdate update = sandbox.recording().modelUpdates().get(0);
            assertThat(update.meta().get("training_metadata")).isEqualTo(Map.of("num_examples", 10, "epochs", 3));
            try (ScaleoutModel sent = sandbox.model(update.modelUpdateId())) {
                assertThat(sent.modelParameters().get(0).toFloats()).containsExactly(8, 16);
            }
            assertThat(sandbox.recording().await(Recorded.Metric.class, 3, PATIENCE))
                    .extracting(metric -> metric.step())
                    .containsExactly(0L, 1L, 2L);

            String validated = sandbox.submit(TaskSpec.of("Scaleout_Validation", "c")
                    .withModel("seed")
                    .withSession("s", "1")
                    .withData(Map.of()));
            assertThat(sandbox.awaitOutcome(validated, PATIENCE).status()).isEqualTo("COMPLETED");
        }
    }
}
