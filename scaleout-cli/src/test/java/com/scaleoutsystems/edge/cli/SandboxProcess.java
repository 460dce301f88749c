package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command {@code sandbox} in a process of its own, with a heap of a chosen size. */
final class SandboxProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Process process;
    private final Path out;
    private final Path err;

    SandboxProcess(Path folder, String heap, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ScaleoutEdge.class.getName(),
                "sandbox"));
        command.addAll(List.of(arguments));
        out = folder.resolve("sandbox.out");
        err = folder.resolve("sandbox.err");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    }

    /** Waits until it serves; gives where clients join. */
    URI api() throws IOException {
        await().atMost(PATIENCE)
                .until(() -> !process.isAlive() || Files.readString(out).contains("\n"));
        assertThat(process.isAlive()).as(err()).isTrue();
        return URI.create(Run.parse(Files.readAllLines(out).get(0)).get("rest").textValue());
    }

    /** The address of the combiner, once it serves. */
    String combiner() throws IOException {
        return Run.parse(Files.readAllLines(out).get(0)).get("grpc").textValue();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The rounds that it has finished. */
    long rounds() throws IOException {
        try (var lines = Files.lines(out, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.contains("\"round\"")).count();
        }
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
