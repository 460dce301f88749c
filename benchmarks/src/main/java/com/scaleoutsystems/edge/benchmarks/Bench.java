package com.scaleoutsystems.edge.benchmarks;

import com.scaleoutsystems.edge.interop.PythonEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What comparisons need: processes, models and a server for transfers. Used by one thread. */
public final class Bench implements AutoCloseable {
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    static final Path START_SCRIPT = MODULE.resolveSibling("scaleout-cli").resolve("target/scaleout-edge");

    private static final Path SCRIPTS = MODULE.resolve("src/main/python");

    private final Settings settings;
    private final Optional<PythonEnvironment> python;
    private final TestModels models;
    private @Nullable TransferServer transferServer;
    private @Nullable StartScript startScript;
    private int processes;

    Bench(Settings settings, Optional<PythonEnvironment> python) throws IOException {
        this.settings = settings;
        this.python = python;
        this.models = new TestModels(this, settings.folder().resolve("models"), settings.seed());
        Folders.delete(runs());
    }

    private Path runs() {
        return settings.folder().resolve("runs");
    }

    public Settings settings() {
        return settings;
    }

    /** The models to work on. */
    public TestModels models() {
        return models;
    }

    /** The server for transfers, which lives as long as this. */
    public TransferServer transferServer() throws IOException {
        if (transferServer == null) {
            transferServer = new TransferServer(this);
        }
        return transferServer;
    }

    /** Runs a program of this module in a JVM of its own to its end. */
    public Run measure(List<Figure> figures, Class<?> program, List<String> jvmOptions, Map<String, ?> arguments)
            throws IOException {
        try (WorkerProcess process = java(program, jvmOptions, arguments)) {
            return process.measurement().toRun(figures);
        }
    }

    /** Runs a script with the reference client to its end. */
    public Run measure(List<Figure> figures, String script, Map<String, ?> arguments) throws IOException {
        try (WorkerProcess process = python(script, Map.of(), arguments)) {
            return process.measurement().toRun(figures);
        }
    }

    /** Starts a program of this module in a JVM of its own. */
    public WorkerProcess java(Class<?> program, List<String> jvmOptions, Map<String, ?> arguments) throws IOException {
        Path home = newHome();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(settings.jvmOptions());
        command.add("-Djava.io.tmpdir=" + home);
        command.add("-Duser.home=" + home);
        command.add("-classpath");
        command.add(System.getProperty("java.class.path"));
        command.add(program.getName());
        command.addAll(texts(arguments));
        return WorkerProcess.start(new ProcessBuilder(command).directory(home.toFile()), home);
    }

    /** Starts a command of the command line by its start script, with the archive that this has from its second start on. */
    public WorkerProcess command(List<String> arguments, Map<String, String> variables) throws IOException {
        if (startScript == null) {
            startScript = StartScript.warm(START_SCRIPT, settings.folder().resolve("start-script"));
        }
        Path home = newHome();
        ProcessBuilder process = startScript.command(arguments).directory(home.toFile());
        process.environment().putAll(variables);
        if (!settings.jvmOptions().isEmpty()) {
            process.environment().put("JDK_JAVA_OPTIONS", String.join(" ", settings.jvmOptions()));
        }
        return WorkerProcess.start(process, home);
    }

    /** Starts a script with the reference client. */
    public WorkerProcess python(String script, Map<String, String> variables, Map<String, ?> arguments)
            throws IOException {
        Path home = newHome();
        ProcessBuilder process = python.orElseThrow(() -> new IOException("this run is without Python"))
                .prepare(home, script(script), texts(arguments));
        process.environment().put("TMPDIR", home.toString());
        process.environment().putAll(variables);
        return WorkerProcess.start(process, home);
    }

    private static List<String> texts(Map<String, ?> arguments) {
        return arguments.entrySet().stream()
                .map(argument -> argument.getKey() + "=" + argument.getValue())
                .toList();
    }

    /** A folder for one process; what earlier ones have written is on the disk by then and disturbs nobody. */
    private Path newHome() throws IOException {
        try {
            new ProcessBuilder("sync").start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted between two runs", e);
        }
        processes++;
        return Files.createDirectories(runs().resolve(Integer.toString(processes)));
    }

    @Override
    public void close() {
        if (transferServer != null) {
            transferServer.close();
        }
    }

    static Path script(String name) {
        return SCRIPTS.resolve(name);
    }
}
