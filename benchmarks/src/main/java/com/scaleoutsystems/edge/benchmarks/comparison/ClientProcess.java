package com.scaleoutsystems.edge.benchmarks.comparison;

import com.scaleoutsystems.edge.benchmarks.Bench;
import com.scaleoutsystems.edge.benchmarks.WorkerProcess;
import com.scaleoutsystems.edge.benchmarks.worker.Client;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts a client with default settings that joins a sandbox and stays there. */
interface ClientProcess {
    String ID = "benchmark-client";

    WorkerProcess start(Bench bench, Sandbox sandbox) throws IOException;

    static ClientProcess java(String... jvmOptions) {
        return (bench, sandbox) -> bench.java(Client.class, List.of(jvmOptions), arguments(sandbox));
    }

    /** The command line's client by its start script; it ends on a signal. */
    static ClientProcess command(String... further) {
        List<String> options = List.of(further);
        return (bench, sandbox) -> {
            List<String> command = new ArrayList<>(List.of(
                    "client",
                    "--api",
                    sandbox.restUri().toString(),
                    "--token-env",
                    "TOKEN",
                    "--client-id",
                    ID,
                    "--name",
                    ID,
                    "--state-dir",
                    "state"));
            command.addAll(options);
            return bench.command(command, Map.of("TOKEN", sandbox.tokens().refresh()));
        };
    }

    static ClientProcess python() {
        return (bench, sandbox) -> bench.python("client.py", Map.of(), arguments(sandbox));
    }

    /** A way to end a client. */
    interface End {
        void of(WorkerProcess process) throws IOException;
    }

    private static Map<String, Object> arguments(Sandbox sandbox) {
        return Map.of("api", sandbox.restUri(), "token", sandbox.tokens().refresh(), "id", ID);
    }
}
