package com.scaleoutsystems.edge.client.proxies;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A proxy of Debian as a process of its own, on a port of this machine, with everything that it writes in one folder. */
public abstract class RealProxy implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path program;
    private final Path folder;
    private final ReservedPort port = new ReservedPort();
    private @Nullable Process process;

    protected RealProxy(String program, Path folder) {
        this.program = find(program).orElseThrow();
        this.folder = folder;
    }

    /** Skips the calling tests if the program is not on this machine; fails them where CI=true. */
    public static void require(String program, String debianPackage) {
        if (find(program).isEmpty()) {
            String missing = program + " is missing: the tests with a real proxy need it (Debian: apt-get install "
                    + debianPackage + ")";
            if ("true".equals(System.getenv("CI"))) {
                fail(missing);
            }
            System.err.println(missing);
            Assumptions.abort(missing);
        }
    }

    private static Optional<Path> find(String program) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(place -> Path.of(place, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** How the program is started, so that it stays in the foreground. */
    protected abstract List<String> arguments();

    /** Makes the running proxy read its configuration again, and take over from itself without refusing anybody. */
    public abstract void reload();

    protected final Path folder() {
        return folder;
    }

    public final int port() {
        return port.number();
    }

    protected final Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    protected final String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many lines of a log have this in them. */
    public final long lines(String log, String part) {
        return read(log).lines().filter(line -> line.contains(part)).count();
    }

    /** Returns when the proxy takes connections. */
    public final void start() {
        process = launch(arguments());
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!accepts()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new AssertionError(program + " does not run:\n" + read("output"));
            }
            pause();
        }
    }

    private static void pause() {
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }

    private Process launch(List<String> arguments) {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(program.toString()), arguments.stream())
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output").toFile()));
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("XDG_DATA_HOME", folder.toString());
        builder.environment().put("XDG_CONFIG_HOME", folder.toString());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the program a second time, to talk to the first. */
    protected final void command(String... arguments) {
        finish(launch(List.of(arguments)), status -> status == 0);
    }

    protected final void signal(String name) {
        try {
            finish(
                    new ProcessBuilder(
                                    "kill", "-" + name, String.valueOf(running().pid()))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                    folder.resolve("output").toFile()))
                            .start(),
                    status -> status == 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void finish(Process ending, IntPredicate isGood) {
        try {
            if (!ending.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || !isGood.test(ending.exitValue())) {
                ending.destroyForcibly();
                throw new AssertionError("a process of " + program + " did not end well:\n" + read("output"));
            }
        } catch (InterruptedException e) {
            ending.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(program + " has not been started");
        }
        return process;
    }

    /** How many processes serve, of this configuration and of earlier ones. */
    final long workers() {
        return running().descendants().filter(ProcessHandle::isAlive).count();
    }

    private boolean accepts() {
        try (Socket there = new Socket(InetAddress.getLoopbackAddress(), port.number())) {
            return there.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Ends the proxy and all its connections at once, as a crash does. Returns when it takes no connections any more. */
    public final void stop() {
        Process ended = running();
        if (ended.isAlive()) {
            // A main process that stands still starts no worker in place of one that has ended.
            signal("STOP");
        }
        List<ProcessHandle> workers = ended.descendants().toList();
        ended.destroyForcibly();
        workers.forEach(ProcessHandle::destroyForcibly);
        finish(ended, any -> true);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (accepts() && System.nanoTime() < end) {
            pause();
        }
    }

    @Override
    public final void close() {
        stop();
        port.close();
    }
}
