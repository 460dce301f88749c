package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A Python program that a test has started. Closing it ends it, politely at first; its output stays in a file. */
final class PythonPeer implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(90);

    private final String name;
    private final Process process;
    private final Path output;

    PythonPeer(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String output() {
        return ModuleFiles.read(output);
    }

    /** Waits until this client has told the sandbox that it is there, or fails as soon as it has ended. */
    void awaitConnected(Sandbox sandbox) {
        await(name + " connects")
                .atMost(START_TIMEOUT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !process.isAlive() || hasAnnounced(sandbox, "Connect"));
        assertThat(process.isAlive()).as(name + " runs").isTrue();
    }

    private boolean hasAnnounced(Sandbox sandbox, String type) {
        return sandbox.recording().all(Recorded.Announcement.class).stream()
                .anyMatch(announcement -> announcement.clientId().equals(name)
                        && announcement.type().equals(type));
    }

    /**
     * Asks it to end (SIGTERM) and waits for that.
     *
     * @return the status it ended with
     */
    int stop() {
        terminate();
        assertThat(awaitEnd()).as(name + " ends when asked to").isTrue();
        return process.exitValue();
    }

    /** Waits for its end. */
    boolean awaitEnd() {
        try {
            return process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the end of " + name, e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            terminate();
            try {
                awaitEnd();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    /** By its handle, since {@link Process#destroy()} would close its standard input too, which is another sign to end. */
    private void terminate() {
        process.toHandle().destroy();
    }
}
