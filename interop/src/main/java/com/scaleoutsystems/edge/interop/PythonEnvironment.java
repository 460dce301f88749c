package com.scaleoutsystems.edge.interop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A virtual environment that holds one release of the reference client. It is made from {@code requirements-RELEASE.txt},
 * which pins every package, and used again for as long as that file stays as it is and the variable PYTHON, if it is set, leads
 * to the same Python.
 */
public final class PythonEnvironment {
    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(10);

    private final Path folder;

    private PythonEnvironment(Path folder) {
        this.folder = folder;
    }

    /**
     * Gives the environment of a release, which is made if need be; that takes half a minute and asks a package index.
     *
     * @param release of the reference client, such as {@code 1.1.0}
     * @param target the build folder in which the environment lies, as {@code python-RELEASE}
     * @return the environment, ready for use
     * @throws MissingPythonException if there is no Python to make it with
     * @throws IOException if it can't be made; the message holds what the failed command printed
     */
    public static PythonEnvironment ofRelease(String release, Path target) throws IOException, MissingPythonException {
        return ofRelease(release, target, System.getenv());
    }

    /** The same with these variables. */
    static PythonEnvironment ofRelease(String release, Path target, Map<String, String> variables)
            throws IOException, MissingPythonException {
        PythonEnvironment environment = new PythonEnvironment(target.resolve("python-" + release));
        Files.createDirectories(target);
        // Two builds in one folder would install into each other.
        try (FileChannel channel = FileChannel.open(
                        environment.besides(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            String requirements = requirements(release);
            if (lock.isValid() && !environment.holds(requirements, variables)) {
                environment.make(PythonInterpreter.require(variables), requirements);
            }
        }
        return environment;
    }

    private static String requirements(String release) throws IOException {
        String name = "requirements-" + release + ".txt";
        try (InputStream in = PythonEnvironment.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("There is no " + name + " among the resources: release " + release
                        + " of the reference client is not known");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** How to start Python in this environment. */
    public Path python() {
        Path windows = folder.resolve("Scripts/python.exe");
        return Files.exists(windows) ? windows : folder.resolve("bin/python");
    }

    /**
     * Prepares a process that runs a script in this environment, that nothing of the developer's own settings reaches,
     * and that keeps what the reference client writes in a folder of its own.
     *
     * @param home the process's home and working folder; made if it is missing
     * @param script the script
     * @param arguments its arguments
     * @return the process, not started
     * @throws IOException if the folder can't be made
     */
    public ProcessBuilder prepare(Path home, Path script, List<String> arguments) throws IOException {
        Files.createDirectories(home);
        Stream<String> command = Stream.of(python().toString(), "-B", script.toString());
        ProcessBuilder process =
                withoutSettings(Stream.concat(command, arguments.stream()).toList());
        process.directory(home.toFile());
        // Servers are on this machine, so a proxy for the world outside is of no use.
        process.environment()
                .putAll(Map.of(
                        "HOME", home.toString(),
                        "SCALEOUT_HOME_DIR", home.toString(),
                        "SCALEOUT_MODEL_CACHE_DIR", home.resolve("models").toString(),
                        "NO_PROXY", "127.0.0.1,localhost",
                        "no_proxy", "127.0.0.1,localhost"));
        return process;
    }

    private static ProcessBuilder withoutSettings(List<String> command) {
        ProcessBuilder process = new ProcessBuilder(command);
        Map<String, String> environment = process.environment();
        environment.keySet().removeIf(name -> name.startsWith("PYTHON") || name.startsWith("SCALEOUT_"));
        environment.put("PYTHONNOUSERSITE", "1");
        environment.put("PYTHONUNBUFFERED", "1");
        environment.put("PYTHONUTF8", "1");
        return process;
    }

    /** Whether it was made from these requirements, and with the Python that is asked for, if one is. */
    private boolean holds(String requirements, Map<String, String> variables) throws IOException {
        if (!Files.isExecutable(python()) || Files.notExists(stamp())) {
            return false;
        }
        String made = Files.readString(stamp());
        boolean any = variables.getOrDefault("PYTHON", "").isBlank();
        return any
                ? made.startsWith(requirements)
                : PythonInterpreter.find(variables)
                        .map(asked -> made.equals(stamped(requirements, asked)))
                        .orElse(made.startsWith(requirements));
    }

    /** The requirements with a comment at their end. */
    private static String stamped(String requirements, PythonInterpreter interpreter) {
        return requirements + "# for " + interpreter.executable() + "\n";
    }

    private void make(PythonInterpreter interpreter, String requirements) throws IOException {
        delete(folder);
        Files.deleteIfExists(log());
        run(interpreter.executable().toString(), "-m", "venv", folder.toString());
        Path aside = Files.writeString(folder.resolve("requirements.new"), stamped(requirements, interpreter));
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
                aside.toString());
        Files.move(aside, stamp(), StandardCopyOption.ATOMIC_MOVE);
    }

    private void run(String... command) throws IOException {
        Process process = withoutSettings(Arrays.asList(command))
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
            throw new IllegalStateException("Interrupted while making " + folder, e);
        }
        if (!ended || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command)
                    + (ended ? " ended with " + process.exitValue() : " did not end in time") + ". Its output:\n"
                    + Files.readString(log()));
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(folder)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }

    private Path stamp() {
        return folder.resolve("requirements.txt");
    }

    private Path log() {
        return besides(".log");
    }

    private Path besides(String suffix) {
        return folder.resolveSibling(folder.getFileName() + suffix);
    }
}
