package com.scaleoutsystems.edge.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that does one side's work. It ends by itself, or when its standard input does; closing it makes sure. What it
 * prints is kept in its folder, which goes away when it has ended well.
 */
public final class WorkerProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Path home;
    private final Instant started;

    private WorkerProcess(Process process, Path home, Instant started) {
        this.process = process;
        this.home = home;
        this.started = started;
    }

    static WorkerProcess start(ProcessBuilder builder, Path home) throws IOException {
        builder.redirectOutput(home.resolve("printed").toFile())
                .redirectError(home.resolve("log").toFile());
        Instant started = Instant.now();
        return new WorkerProcess(builder.start(), home, started);
    }

    public long pid() {
        return process.pid();
    }

    /** When it was started, by the clock that sandboxes have too. */
    public Instant started() {
        return started;
    }

    /** Waits until it has done its work, and gives what it tells. */
    public Measurement measurement() throws IOException {
        await(PATIENCE, "did not end in time");
        // A JVM may have said something of its own before.
        List<String> printed = Files.readAllLines(home.resolve("printed"));
        return JSON.readValue(printed.get(printed.size() - 1), Measurement.class);
    }

    /** Ends a process that waits for the end of its standard input. */
    public void stop() throws IOException {
        process.getOutputStream().close();
        await(GRACE, "did not end when it was asked to");
    }

    /** Ends a process that takes a signal for a wish to end in an orderly way. */
    public void terminate() throws IOException {
        process.destroy();
        await(GRACE, "did not end when it was asked to");
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    private void await(Duration patience, String otherwise) throws IOException {
        boolean ended;
        try {
            ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a process was running", e);
        }
        if (!ended || process.exitValue() != 0) {
            throw new IOException((ended ? "ended with status " + process.exitValue() : otherwise) + "; its log "
                    + home.resolve("log") + " ends with: " + lastLines());
        }
    }

    private String lastLines() throws IOException {
        String log = Files.readString(home.resolve("log"), StandardCharsets.UTF_8);
        return log.substring(Math.max(0, log.length() - 1000)).strip();
    }

    @Override
    public void close() throws IOException {
        boolean endedWell = !process.isAlive() && process.exitValue() == 0;
        process.destroyForcibly();
        if (endedWell) {
            Folders.delete(home);
        }
    }
}
