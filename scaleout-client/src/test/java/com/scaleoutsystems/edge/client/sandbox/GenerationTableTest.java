package com.scaleoutsystems.edge.client.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.sandbox.SandboxGeneration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The table of docs/servers.md that says what each generation can do, written anew from what a client was seen to do. */
@Timeout(120)
class GenerationTableTest {

    private static final String HEAD = """
            | feature | 1.0 | 1.1 |
            |---|---|---|
            """;

    private static final Map<String, Function<GenerationTrial, String>> ROWS = rows();

    private static Map<String, Function<GenerationTrial, String>> rows() {
        Map<String, Function<GenerationTrial, String>> rows = new LinkedHashMap<>();
        rows.put(
                "tasks at a time",
                trial -> trial.takesManyTasks() ? "many" : "one: the next comes when the last has ended");
        rows.put("polls", GenerationTrial::polls);
        rows.put("pushed tasks", GenerationTrial::pushed);
        rows.put("task types", GenerationTrial::taskTypes);
        rows.put("training, validation", trial -> trial.session() ? "yes" : "no");
        rows.put(
                "prediction",
                trial -> trial.predicts()
                        ? "`Fedn_Prediction`, `SendModelPrediction`, `predictGlobalModel`"
                        : "no call takes the result: the task fails");
        rows.put(
                "inference, staging by a task, restart by a task",
                trial -> trial.tasksOfTheSecondGeneration() ? "yes" : "no");
        rows.put(
                "results of inference",
                trial -> trial.sendsResultsOfInference() ? "a stream" : "no call takes them: the record is rejected");
        rows.put(
                "autonomous tasks",
                trial -> trial.reportsAutonomousTasks() ? "reported" : "they run, and nobody is told");
        rows.put(
                "parameters of a custom task",
                trial -> trial.unwrapsParameters()
                        ? "under `parameters` in the task's data"
                        : "the task's data are the parameters");
        rows.put(
                "models on the wire",
                trial -> trial.sendsContainers()
                        ? "containers; plain npz is understood"
                        : "npz without a container; the id travels beside it");
        rows.put(
                "metrics, status lines", trial -> trial.calls("SendModelMetric", "SendStatus") ? "single calls" : "no");
        rows.put("telemetry, attributes", GenerationTrial::telemetryAndAttributes);
        rows.put("heartbeat", GenerationTrial::heartbeat);
        rows.put(
                "backlog report",
                trial -> trial.reportsItsBacklog() ? "made" : "the combiner has no such call, and none is made");
        rows.put("enrollment", trial -> trial.enrolls() ? "yes" : "no: a refresh token");
        rows.put("TLS where the assignment says nothing of `grpc_secure`", GenerationTrial::unstatedTls);
        return rows;
    }

    @Test
    void theTableSaysWhatEachGenerationWasSeenToDo() throws IOException {
        try (GenerationTrial first = new GenerationTrial(SandboxGeneration.V1_0);
                GenerationTrial second = new GenerationTrial(SandboxGeneration.V1_1)) {
            String seen = ROWS.entrySet().stream()
                    .map(row -> "| %s | %s | %s |\n"
                            .formatted(
                                    row.getKey(),
                                    row.getValue().apply(first),
                                    row.getValue().apply(second)))
                    .collect(Collectors.joining("", HEAD, "\n"));

            assertThat(Files.readString(Path.of("../docs/servers.md"))).contains("\n\n" + seen);
        }
    }
}
