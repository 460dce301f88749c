package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.client.network.Generation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The reference client and the Java client, each led through the same steps by one combiner that the reference's own code
 * reads for.
 *
 * @param reference what the reference client sent
 * @param ours what the Java client sent
 */
record WireRun(WireRecording reference, WireRecording ours) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final String REFERENCE = "client-python";
    private static final String OURS = "client-java";

    /** Runs both at a time. */
    static WireRun of(String release, Generation generation, WireMode mode, String runName) {
        Programs programs = new Programs(
                TestPython.ofRelease(release),
                ModuleFiles.emptyFolder(ModuleFiles.target().resolve("wire-" + fileName(runName))));
        String steps = ModuleFiles.python(
                        "../resources/com/scaleoutsystems/edge/interop/steps-" + fileName(runName) + ".json")
                .toString();
        try (PythonPeer combiner = programs.start("combiner", "combiner.py", Map.of(), steps)) {
            programs.await(
                    "the combiner's address", combiner, () -> combiner.output().endsWith("}\n"));
            URI api = URI.create(json(combiner.output()).get("api").asText());
            try (PythonPeer reference = programs.start(
                            REFERENCE,
                            "wire_client.py",
                            Map.of(
                                    "PEER_TOKEN",
                                    token(generation, REFERENCE),
                                    "PEER_WITH_POLLING",
                                    Boolean.toString(mode != WireMode.PUSHED),
                                    "SCALEOUT_CLIENT_LEGACY_TELEMETRY",
                                    Boolean.toString(mode == WireMode.LEGACY_TELEMETRY),
                                    "SCALEOUT_CLIENT_TASK_POLLING_INTERVAL",
                                    "1",
                                    "SCALEOUT_LOG_LEVEL",
                                    "INFO",
                                    "SCALEOUT_LOG_CONSOLE",
                                    "true"),
                            api.toString(),
                            REFERENCE);
                    WireClient ours = new WireClient(generation, mode, api, OURS, token(generation, OURS))) {
                ours.start();
                programs.await("the last step of " + OURS, combiner, () -> isFinished(api, OURS));
                programs.await("the last step of " + REFERENCE, reference, () -> isFinished(api, REFERENCE));
                assertThat(reference.stop())
                        .as("status of the reference client")
                        .isZero();
            }
            return new WireRun(
                    WireRecording.of(REFERENCE, recording(api, REFERENCE)),
                    WireRecording.of(OURS, recording(api, OURS)));
        }
    }

    private static String fileName(String runName) {
        return runName.replace(' ', '-');
    }

    /** The first generation knows refresh tokens only. */
    private static String token(Generation generation, String clientId) {
        return generation == Generation.V1_0
                ? "refresh-of-" + clientId
                : base64("{\"alg\": \"HS256\"}") + "." + base64("{\"role\": \"enrollment\"}") + "." + clientId;
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isFinished(URI api, String clientId) {
        return recording(api, clientId).get("finished").asBoolean();
    }

    private static JsonNode recording(URI api, String clientId) {
        try (InputStream answer =
                api.resolve("/recording?client=" + clientId).toURL().openStream()) {
            return MAPPER.readTree(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Programs(PythonEnvironment environment, Path folder) {
        PythonPeer start(String name, String script, Map<String, String> variables, String... arguments) {
            try {
                ProcessBuilder process =
                        environment.prepare(folder.resolve(name), ModuleFiles.python(script), List.of(arguments));
                process.environment().putAll(variables);
                Path output = folder.resolve(name + ".out");
                process.redirectOutput(output.toFile()).redirectError(log(name).toFile());
                return new PythonPeer(name, process.start(), output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Waits for what a program brings about, for as long as it lives; a failure shows what it has said. */
        void await(String what, PythonPeer peer, BooleanSupplier there) {
            try {
                Awaitility.await(what)
                        .atMost(TIMEOUT)
                        .pollInterval(Duration.ofMillis(250))
                        .until(() -> there.getAsBoolean() || !peer.isAlive());
                assertThat(there.getAsBoolean())
                        .as(what + " comes before " + peer.name() + " ends")
                        .isTrue();
            } catch (ConditionTimeoutException | UncheckedIOException | AssertionError e) {
                throw new AssertionError(e.getMessage() + said(peer), e);
            }
        }

        private String said(PythonPeer peer) {
            return "\nOutput of " + peer.name() + ":\n" + peer.output() + ModuleFiles.read(log(peer.name()));
        }

        private Path log(String name) {
            return folder.resolve(name + ".log");
        }
    }
}
