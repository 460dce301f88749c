package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Does, unseen, what a client does in its first seconds: in a process that makes a class-data archive, which holds what was used.
 *
 * <p>The sandbox is another process, so that the archive holds nothing of it: a client keeps most of its archive in memory.
 */
final class ArchiveWarmUp {

    /** Set by the start script for the process that makes the archive. */
    private static final String MAKING = "scaleout.edge.archive";

    private static final String ID = "warm-up";

    /** The longest time for all of it, in seconds. */
    private static final String PATIENCE = "30";

    private ArchiveWarmUp() {}

    /** Whether this process makes an archive. */
    static boolean isWanted() {
        return System.getProperty(MAKING) != null;
    }

    /** The command, which takes its arguments and gives its exit code. */
    interface Command {
        int run(Console console, String... arguments);
    }

    /** Joins a sandbox by the command's own way, and does a task. Takes seconds, and fails silently. */
    static void run(Command command) {
        Logger.getLogger("").setLevel(Level.OFF);
        try {
            Path folder = Files.createTempDirectory("scaleout-edge-archive");
            try {
                run(command, folder);
            } finally {
                delete(folder);
            }
        } catch (IOException | RuntimeException unprepared) {
            // The archive then holds less, and starts are slower.
        }
    }

    @SuppressWarnings("try") // The sandbox runs as long as its input is open.
    private static void run(Command command, Path folder) throws IOException {
        Process sandbox = sandbox();
        try (BufferedReader out = sandbox.inputReader(StandardCharsets.UTF_8);
                OutputStream in = sandbox.getOutputStream()) {
            String api = out.readLine();
            String token = out.readLine();
            if (api != null && token != null) {
                command.run(
                        unseen(token),
                        "client",
                        "--api",
                        api,
                        "--token-file",
                        "-",
                        "--client-id",
                        ID,
                        "--name",
                        ID,
                        "--state-dir",
                        folder.resolve("state").toString(),
                        "--events",
                        "json",
                        "--exit-after-tasks",
                        "1",
                        "--exit-after",
                        PATIENCE,
                        "--drain",
                        "2");
            }
        }
    }

    /** The same Java and the same jar, without this process's options. */
    private static Process sandbox() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Server.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** A sandbox with one task for the client. It prints its address and a token, and runs until its standard input ends. */
    static final class Server {

        private Server() {}

        public static void main(String[] none) throws IOException {
            try (Sandbox sandbox = Sandbox.builder().authentication(true).start();
                    ScaleoutModel model =
                            ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(new float[] {1})))) {
                sandbox.submit(TaskSpec.of("Scaleout_ModelUpdate", ID).withModel(sandbox.addModel(model)));
                PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
                out.println(sandbox.restUri());
                out.println(sandbox.tokens().refresh());
                System.in.transferTo(OutputStream.nullOutputStream());
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static Console unseen(String input) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Console(
                nowhere,
                nowhere,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                Map.of(),
                new SystemProcess());
    }
}
