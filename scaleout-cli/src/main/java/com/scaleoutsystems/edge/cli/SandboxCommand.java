package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.SandboxBuilder;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a server in a box. */
@Command(
        name = "sandbox",
        description = {
            "Runs a server for development and tests on this machine: REST API, combiner and federated averaging.",
            "Prints one line of JSON when it is ready, one for each finished round, and one at the end of the session.",
            "Runs until it is stopped (Ctrl-C, SIGTERM), or with --exit-when-done until its session is over. A session ends",
            "with the first round that fails."
        })
final class SandboxCommand extends BaseCommand {

    private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(36_500);

    @Option(
            names = "--rest-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port of the REST API; 0 (the default) lets the system choose.")
    private int restPort;

    @Option(
            names = "--grpc-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port of the combiner; 0 (the default) lets the system choose.")
    private int grpcPort;

    @Option(
            names = "--auth",
            description = "Requires a credential from clients; the ready line then contains one of each kind.")
    private boolean auth;

    @Option(
            names = "--seed-model",
            paramLabel = "FILE",
            description = "The model to start from, a container or npz archive (default ten zeros).")
    private @Nullable Path seedModel;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Runs a session with this number of rounds (default: no session).")
    private @Nullable Integer rounds;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "The number of clients that must be connected before the session starts (default ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--round-timeout",
            paramLabel = "SECONDS",
            defaultValue = "180",
            converter = Seconds.class,
            description = "How long clients may take to train, and again to validate (default ${DEFAULT-VALUE}).")
    private Duration roundTimeout = Duration.ZERO;

    @Option(names = "--exit-when-done", description = "Ends when the session is over.")
    private boolean exitWhenDone;

    @Option(
            names = "--ready-file",
            paramLabel = "FILE",
            description = "Also writes the ready line to this file, in one step; only its owner may read it.")
    private @Nullable Path readyFile;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The folder for model.scm and report.json, which the command writes after the session.")
    private @Nullable Path out;

    @Option(
            names = "--generation",
            paramLabel = "1.1|1.0",
            converter = Generations.OfSandbox.class,
            defaultValue = "1.1",
            description =
                    "The generation of the protocol that it speaks (default ${DEFAULT-VALUE}). The API of 1.0 does not say that its"
                            + " combiner uses no TLS: clients need --generation 1.0 or --insecure.")
    private SandboxGeneration generation = SandboxGeneration.V1_1;

    @Mixin
    private FaultOptions faults = new FaultOptions();

    SandboxCommand(Console console) {
        super(console);
    }

    @Override
    void run() {
        checkOptions();
        SessionFiles files = new SessionFiles(out);
        try (MemoryGuard memory = new MemoryGuard(console, CommandName.SCALEOUT_EDGE + " sandbox")) {
            serve(files, memory);
        }
    }

    @SuppressWarnings("try") // Signals are heard as long as the block runs.
    private void serve(SessionFiles files, MemoryGuard memory) {
        CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
        try (Sandbox sandbox = start();
                StopSignals signals = new StopSignals(console, () -> end.complete(null))) {
            tellReady(sandbox);
            if (rounds != null) {
                SessionPlan plan = SessionPlan.of(rounds, clients)
                        .withClientTimeout(roundTimeout)
                        .withRoundTimeout(roundTimeout)
                        .withListener(round -> console.line(JsonLine.of(SessionFiles.line(round))));
                Thread session = new Thread(() -> runSession(sandbox, plan, files, end, memory), "session");
                session.setDaemon(true);
                session.start();
            }
            await(end);
        } catch (OutOfMemoryError error) {
            memory.end(error);
            throw error;
        } finally {
            faults.cleanUp();
        }
    }

    private void checkOptions() {
        if (rounds != null && rounds < 1) {
            throw wrongUsage("--rounds is " + rounds + "; expected 1 or more");
        }
        if (clients < 1) {
            throw wrongUsage("--clients is " + clients + "; expected 1 or more");
        }
        if (rounds == null && (exitWhenDone || out != null)) {
            throw wrongUsage("without --rounds there is no session, so " + (exitWhenDone ? "--exit-when-done" : "--out")
                    + " has nothing to wait for");
        }
        String misuse = faults.misuse();
        if (misuse != null) {
            throw wrongUsage(misuse);
        }
        checkPort("--rest-port", restPort);
        checkPort("--grpc-port", grpcPort);
    }

    private void checkPort(String option, int port) {
        if (port < 0 || port > 65_535) {
            throw wrongUsage(option + " is " + port + "; expected 0 to 65535");
        }
    }

    private Sandbox start() {
        SandboxBuilder builder = Sandbox.builder()
                .restPort(restPort)
                .grpcPort(grpcPort)
                .authentication(auth)
                .generation(generation);
        faults.apply(builder, console);
        try (ScaleoutModel seed = seed()) {
            return builder.seedModel(seed).start();
        }
    }

    private ScaleoutModel seed() {
        return seedModel != null
                ? ScaleoutModel.fromFile(seedModel)
                : ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(new float[10], 10)));
    }

    private void tellReady(Sandbox sandbox) {
        Map<String, @Nullable Object> ready = new LinkedHashMap<>();
        ready.put("rest", sandbox.restUri());
        ready.put("grpc", sandbox.grpcHost() + ":" + sandbox.grpcPort());
        ready.put("dashboard", null);
        ready.put("tokens", auth ? tokens(sandbox) : null);
        faults.tell(sandbox, ready);
        String line = JsonLine.of(ready);
        if (readyFile != null) {
            SessionFiles.writeOwnersOnly(readyFile, line + "\n");
        }
        console.line(line);
    }

    private static Map<String, Object> tokens(Sandbox sandbox) {
        var issued = sandbox.tokens();
        Map<String, Object> tokens = new LinkedHashMap<>();
        tokens.put("refresh", issued.refresh());
        tokens.put("enrollment", issued.enrollment());
        tokens.put("api_key", issued.apiKey());
        return tokens;
    }

    private void runSession(
            Sandbox sandbox,
            SessionPlan plan,
            SessionFiles files,
            CompletableFuture<@Nullable Void> end,
            MemoryGuard memory) {
        try {
            sandbox.awaitClients(plan.clients(), AS_LONG_AS_IT_TAKES);
            SessionResult result = sandbox.runSession(plan);
            files.write(sandbox, result);
            Map<String, Object> finished = new LinkedHashMap<>();
            finished.put("session", "finished");
            finished.put("rounds", result.finishedRounds());
            console.line(JsonLine.of(finished));
            if (exitWhenDone) {
                end.complete(null);
            }
        } catch (RuntimeException | Error failure) {
            OutOfMemoryError error = LackOfMemory.in(failure);
            if (error != null) {
                memory.end(error);
            }
            if (exitWhenDone || !(failure instanceof EdgeException)) {
                end.completeExceptionally(failure);
            } else {
                console.line(JsonLine.of(failed(failure)));
            }
        }
    }

    private static Map<String, Object> failed(Throwable failure) {
        Map<String, Object> failed = new LinkedHashMap<>();
        failed.put("session", "failed");
        failed.put("message", String.valueOf(failure.getMessage()));
        return failed;
    }

    private static void await(CompletableFuture<@Nullable Void> end) {
        try {
            end.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new EdgeException(ErrorCode.INTERNAL, "the session failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EdgeException(ErrorCode.CANCELLED, "interrupted", e);
        }
    }
}
