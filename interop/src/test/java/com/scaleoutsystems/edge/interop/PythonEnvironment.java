package com.scaleoutsystems.edge.interop;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;

/**
 * A virtual environment that holds one release of the reference client. It is made from {@code requirements-RELEASE.txt},
 * which pins every package, and used again for as long as that file stays as it is.
 */
final class PythonEnvironment {
    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(10);

    private static final Map<String, PythonEnvironment> USED = new HashMap<>();
    private static TestAbortedException missingPython;

    private final Path folder;
    private final Path requirements;
    private boolean tried;
    private boolean ready;

    private PythonEnvironment(String release) {
        this.folder = ModuleFiles.target().resolve("python-" + release);
        this.requirements = ModuleFiles.python("requirements-" + release + ".txt");
    }

    /**
     * Gives the environment of a release, which is made if need be. Without a Python to make it with, the test is
     * skipped, or failed where CI=true. What failed once in a test run is not tried again.
     */
    static synchronized PythonEnvironment ofRelease(String release) {
        PythonEnvironment environment = USED.computeIfAbsent(release, PythonEnvironment::new);
        try {
            environment.makeOnce();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return environment;
    }

    private void makeOnce() throws IOException {
        if (missingPython != null) {
            throw missingPython;
        }
        if (ready) {
            return;
        }
        if (tried) {
            fail("This environment could not be made, as another test of this run has found: " + folder);
        }
        tried = true;
        try {
            makeUnlessThere();
            ready = true;
        } catch (TestAbortedException e) {
            missingPython = e;
            // Test runners count skipped tests, but do not say why.
            System.err.println(e.getMessage());
            throw e;
        }
    }

    /** How to start Python in this environment. */
    Path python() {
        Path windows = folder.resolve("Scripts/python.exe");
        return Files.exists(windows) ? windows : folder.resolve("bin/python");
    }

    private void makeUnlessThere() throws IOException {
        Files.createDirectories(ModuleFiles.target());
        // Two builds in one folder would install into each other.
        try (FileChannel channel =
                        FileChannel.open(besides(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !isThere()) {
                make(findInterpreter(System.getenv()));
            }
        }
    }

    static PythonInterpreter findInterpreter(Map<String, String> environment) {
        Optional<PythonInterpreter> found = PythonInterpreter.find(environment);
        if (found.isEmpty()) {
            String line = "no Python 3." + PythonInterpreter.OLDEST_MINOR_VERSION
                    + " or newer (with venv) in the variable PYTHON, on PATH or among pyenv's versions";
            if ("true".equals(environment.get("CI"))) {
                fail("There is " + line + ", and CI=true does not let the tests with Python be skipped");
            }
            Assumptions.abort("Tests with Python are skipped: there is " + line);
        }
        return found.get();
    }

    private boolean isThere() throws IOException {
        return Files.isExecutable(python())
                && Files.exists(stamp())
                && Files.readString(stamp()).equals(hashOfRequirements());
    }

    private void make(PythonInterpreter interpreter) throws IOException {
        ModuleFiles.emptyFolder(folder);
        Files.deleteIfExists(log());
        run(interpreter.executable().toString(), "-m", "venv", folder.toString());
        // Packages that would have to be compiled could take an hour: better say so at once.
        run(
                python().toString(),
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
                "--only-binary=:all:",
                "--requirement",
                requirements.toString());
        Path aside = folder.resolve("requirements.sha256.new");
        Files.writeString(aside, hashOfRequirements());
        Files.move(aside, stamp(), StandardCopyOption.ATOMIC_MOVE);
    }

    private void run(String... command) throws IOException {
        Process process = PythonProcesses.prepare(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        process.getOutputStream().close();
        boolean ended;
        try {
            ended = process.waitFor(INSTALL_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while installing " + requirements.getFileName(), e);
        }
        if (!ended || process.exitValue() != 0) {
            process.destroyForcibly();
            fail(String.join(" ", List.of(command))
                    + (ended ? " ended with " + process.exitValue() : " did not end in time")
                    + "; without these tests the build runs with -DexcludedGroups=interop. Its output:\n"
                    + ModuleFiles.read(log()));
        }
    }

    private String hashOfRequirements() throws IOException {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(requirements)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path stamp() {
        return folder.resolve("requirements.sha256");
    }

    private Path log() {
        return besides(".log");
    }

    private Path besides(String suffix) {
        return folder.resolveSibling(folder.getFileName() + suffix);
    }
}
