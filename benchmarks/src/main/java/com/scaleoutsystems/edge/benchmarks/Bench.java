package com.scaleoutsystems.edge.benchmarks;

import com.scaleoutsystems.edge.interop.PythonEnvironment;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What comparisons need: processes, models and a server for transfers. Used by one thread. */
public final class Bench implements AutoCloseable {
    private static final Path SCRIPTS =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("src/main/python");

    private final Build build;
    private final Settings settings;
    private final Optional<PythonEnvironment> python;
    private final TestModels models;
    private final Path runs;
    private final AtomicReference<@Nullable TransferServer> transferServer;
    private final AtomicInteger processes;
    private final Map<Build, StartScript> startScripts;

    Bench(Settings settings, Optional<PythonEnvironment> python) throws IOException {
        this.build = Build.current();
        this.settings = settings;
        this.python = python;
        this.models = new TestModels(this, settings.folder().resolve("models"), settings.seed());
        this.runs = settings.folder().resolve("runs");
        this.transferServer = new AtomicReference<>();
        this.processes = new AtomicInteger();
        this.startScripts = new HashMap<>();
        Folders.delete(runs);
    }

    private Bench(Bench other, Build build) {
        this.build = build;
        this.settings = other.settings;
        this.python = other.python;
        this.models = other.models;
        this.runs = other.runs;
        this.transferServer = other.transferServer;
        this.processes = other.processes;
        this.startScripts = other.startScripts;
    }

    /** The same models and the same server for the programs of another build; closed with this one. */
    Bench with(Build other) {
        return new Bench(this, other);
    }

    Build build() {
        return build;
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
        TransferServer present = transferServer.get();
        if (present == null) {
            present = new TransferServer(this);
            transferServer.set(present);
        }
        return present;
    }

    /** Runs a program of the build's benchmarks in a JVM of its own to its end. */
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

    /** Runs a program to its end in a JVM with the options and the archive that the start script gives to a client, and no others. */
    public Run measureAsStarted(List<Figure> figures, Class<?> program, Map<String, ?> arguments) throws IOException {
        StartScript script = startScript();
        String classPath = script.jar() + File.pathSeparator + build.classPath();
        try (WorkerProcess process = java(program, script.jvmOptions(), classPath, arguments)) {
            return process.measurement().toRun(figures);
        }
    }

    /** Starts a program of the build's benchmarks in a JVM of its own. */
    public WorkerProcess java(Class<?> program, List<String> jvmOptions, Map<String, ?> arguments) throws IOException {
        return java(program, jvmOptions, build.classPath(), arguments);
    }

    private WorkerProcess java(Class<?> program, List<String> jvmOptions, String classPath, Map<String, ?> arguments)
            throws IOException {
        Path home = newHome();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(settings.jvmOptions());
        command.add("-Djava.io.tmpdir=" + home);
        command.add("-Duser.home=" + home);
        command.add("-classpath");
        command.add(classPath);
        command.add(program.getName());
        command.addAll(texts(arguments));
        return WorkerProcess.start(new ProcessBuilder(command).directory(home.toFile()), home);
    }

    /** Starts a command of the command line by its start script, with the archive that this has from its second start on. */
    public WorkerProcess command(List<String> arguments, Map<String, String> variables) throws IOException {
        Path home = newHome();
        ProcessBuilder process = startScript().command(arguments).directory(home.toFile());
        process.environment().putAll(variables);
        if (!settings.jvmOptions().isEmpty()) {
            process.environment().put("JDK_JAVA_OPTIONS", String.join(" ", settings.jvmOptions()));
        }
        return WorkerProcess.start(process, home);
    }

    private StartScript startScript() throws IOException {
        StartScript startScript = startScripts.get(build);
        if (startScript == null) {
            Path cache = settings.folder().resolve("start-script").resolve(build.name());
            startScript = StartScript.warm(build.startScript(), cache);
            startScripts.put(build, startScript);
        }
        return startScript;
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

    /** A folder for one process; what earlier ones have written is on the disk by then and disturbs no measurement. */
    private Path newHome() throws IOException {
        try {
            new ProcessBuilder("sync").start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted between two runs", e);
        }
        return Files.createDirectories(runs.resolve(Integer.toString(processes.incrementAndGet())));
    }

    @Override
    public void close() {
        TransferServer present = transferServer.get();
        if (present != null) {
            present.close();
        }
    }

    static Path script(String name) {
        return SCRIPTS.resolve(name);
    }
}
