package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code scaleout-edge sandbox} as a process, from the jar of this build. Its output stays in files. */
final class SandboxProcess implements AutoCloseable {
    private static final Path JAR = ModuleFiles.ofModule("scaleout-cli", "target/scaleout-edge.jar");
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final Process process;
    private final Path output;
    private final Path errors;
    private final JsonNode ready;

    /** Starts it, and waits until it is ready. */
    SandboxProcess(Path folder, String name, String... options) {
        this.output = folder.resolve(name + ".out");
        this.errors = folder.resolve(name + ".err");
        assertThat(JAR).as("the command's jar; mvn package makes it").isRegularFile();
        Stream<String> command = Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString());
        ProcessBuilder builder = new ProcessBuilder(Stream.of(command, Stream.of("sandbox"), Stream.of(options))
                .flatMap(words -> words)
                .toList());
        // Would be told on standard error.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        try {
            this.process = builder.redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            this.ready = awaitLines(1).get(0);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    URI restUri() {
        return URI.create(ready.path("rest").textValue());
    }

    /** The credential of a kind: {@code refresh}, {@code enrollment} or {@code api_key}. */
    String token(String kind) {
        return ready.path("tokens").path(kind).textValue();
    }

    /** Waits for so many lines of output, or fails as soon as the process has ended with fewer. */
    List<JsonNode> awaitLines(int count) {
        await().atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !process.isAlive() || lines().size() >= count);
        assertThat(lines()).as(ModuleFiles.read(errors)).hasSizeGreaterThanOrEqualTo(count);
        return lines();
    }

    private List<JsonNode> lines() {
        String text = ModuleFiles.read(output);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(Fields::parse)
                .toList();
    }

    /** Asks it to end (SIGTERM), and gives its status. */
    int stop() {
        process.destroy();
        return awaitEnd();
    }

    /** Waits for its end, and gives its status. */
    int awaitEnd() {
        try {
            assertThat(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                    .as("the sandbox ends")
                    .isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the end of the sandbox", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
