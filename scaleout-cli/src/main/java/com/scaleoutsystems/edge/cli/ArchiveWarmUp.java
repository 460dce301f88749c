package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Does, unseen, what a client does in its first seconds: in a process that makes a class-data archive, which holds what was used.
 */
final class ArchiveWarmUp {

    /** Set by the start script for the process that makes the archive. */
    private static final String MAKING = "scaleout.edge.archive";

    private static final String ID = "warm-up";

    private ArchiveWarmUp() {}

    /** Whether this process makes an archive. */
    static boolean isWanted() {
        return System.getProperty(MAKING) != null;
    }

    /** The command, which takes its arguments and gives its exit code. */
    interface Command {
        int run(Console console, String... arguments);
    }

    /** Joins a sandbox in this process by the command's own way, and does a task. Takes a second or two, and fails silently. */
    static void run(Command command) {
        Logger.getLogger("").setLevel(Level.OFF);
        try (Sandbox sandbox = Sandbox.builder().authentication(true).start();
                ScaleoutModel model =
                        ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(new float[] {1})))) {
            sandbox.submit(TaskSpec.of("Scaleout_ModelUpdate", ID).withModel(sandbox.addModel(model)));
            String token = sandbox.tokens().refresh();
            command.run(
                    unseen(token),
                    "client",
                    "--api",
                    sandbox.restUri().toString(),
                    "--token-file",
                    "-",
                    "--client-id",
                    ID,
                    "--stateless",
                    "--events",
                    "json",
                    "--exit-after-tasks",
                    "1",
                    "--exit-after",
                    "5",
                    "--drain",
                    "2");
        } catch (RuntimeException unprepared) {
            // The archive then holds less, and starts are slower.
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
