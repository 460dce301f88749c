package com.scaleoutsystems.edge.client.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Compares the table of docs/servers.md on what each generation supports with what a client does against the sandbox. */
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
                trial -> trial.takesManyTasks() ? "many" : "one; the server sends the next when it has ended");
        rows.put("polls", GenerationTrial::polls);
        rows.put("pushed tasks", GenerationTrial::pushed);
        rows.put("task types", GenerationTrial::taskTypes);
        rows.put("training, validation", trial -> trial.session() ? "yes" : "no");
        rows.put(
                "prediction",
                trial -> trial.predicts()
                        ? "`Fedn_Prediction`, `SendModelPrediction`, `predictGlobalModel`"
                        : "no call for the result; the task fails");
        rows.put("inference, staging and restart tasks", trial -> trial.tasksOfTheSecondGeneration() ? "yes" : "no");
        rows.put(
                "inference results",
                trial -> trial.sendsResultsOfInference() ? "a stream" : "no call for them; the record is rejected");
        rows.put(
                "autonomous tasks", trial -> trial.reportsAutonomousTasks() ? "reported" : "run, but are not reported");
        rows.put(
                "parameters of a custom task",
                trial -> trial.unwrapsParameters() ? "`parameters` in the task's data" : "the task's whole data");
        rows.put(
                "models on the wire",
                trial -> trial.sendsContainers()
                        ? "containers; plain npz is also accepted"
                        : "npz without a container, with the id beside it");
        rows.put(
                "metrics, status lines", trial -> trial.calls("SendModelMetric", "SendStatus") ? "single calls" : "no");
        rows.put("telemetry, attributes", GenerationTrial::telemetryAndAttributes);
        rows.put("heartbeat", GenerationTrial::heartbeat);
        rows.put("backlog report", trial -> trial.reportsItsBacklog() ? "sent" : "no such call; not sent");
        rows.put("enrollment", trial -> trial.enrolls() ? "yes" : "no; use a refresh token");
        rows.put("TLS if the assignment omits `grpc_secure`", GenerationTrial::unstatedTls);
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
