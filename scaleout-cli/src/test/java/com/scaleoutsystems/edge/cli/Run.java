package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * One run of the command inside the test's JVM.
 *
 * @param exitCode how it ended
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error, logs excepted
 */
record Run(int exitCode, String out, String err) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Runs the command to its end. */
    static Run of(String... arguments) {
        return with("", Map.of(), arguments);
    }

    /** Runs the command to its end, with this standard input and environment. */
    static Run with(String input, Map<String, String> environment, String... arguments) {
        return new Started(input, environment, arguments).end();
    }

    /** Starts the command on a thread of its own. */
    static Started start(String... arguments) {
        return new Started("", Map.of(), arguments);
    }

    /** The lines of standard output, each one JSON value. */
    List<JsonNode> json() {
        return out.lines().map(Run::parse).toList();
    }

    static JsonNode parse(String line) {
        try {
            return MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + line, e);
        }
    }

    /** A command at work. */
    static final class Started {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        private final FakeProcess process = new FakeProcess();

        private Started(String input, Map<String, String> environment, String... arguments) {
            Console console = new Console(
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                    environment,
                    process);
            Thread thread = new Thread(
                    () -> {
                        try {
                            exitCode.complete(ScaleoutEdge.run(console, arguments));
                        } catch (Throwable failure) {
                            exitCode.completeExceptionally(failure);
                        }
                    },
                    "run");
            thread.setDaemon(true);
            thread.start();
        }

        /** The process that the command believes to run in. */
        FakeProcess process() {
            return process;
        }

        /** Waits for a line of JSON on standard output. */
        JsonNode awaitJson(Predicate<JsonNode> wanted) {
            await().atMost(PATIENCE).until(() -> exitCode.isDone() || found(wanted) != null);
            JsonNode line = found(wanted);
            assertThat(line).as("line among%n%s%s", out, err).isNotNull();
            return line;
        }

        private JsonNode found(Predicate<JsonNode> wanted) {
            String text = out.toString(StandardCharsets.UTF_8);
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            return whole.lines().map(Run::parse).filter(wanted).findFirst().orElse(null);
        }

        /** Waits for the end. */
        Run end() {
            await().atMost(PATIENCE).until(exitCode::isDone);
            return new Run(exitCode.join(), out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        }
    }
}
