package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Starts Python programs for one test, or for all tests of a class where the field is static, with one release of the
 * reference client, each in an empty folder of its own. When a test fails, their output is shown; in the end they are
 * ended.
 */
final class PythonPeers
        implements BeforeAllCallback,
                BeforeEachCallback,
                LifecycleMethodExecutionExceptionHandler,
                TestExecutionExceptionHandler,
                AfterEachCallback,
                AfterAllCallback {
    private final String release;
    private final List<PythonPeer> peers = new ArrayList<>();
    private PythonEnvironment environment;
    private Path folder;
    private boolean shared;

    private PythonPeers(String release) {
        this.release = release;
    }

    static PythonPeers ofRelease(String release) {
        return new PythonPeers(release);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        shared = true;
        prepare(Path.of(context.getRequiredTestClass().getSimpleName()));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!shared) {
            prepare(Path.of(
                    context.getRequiredTestClass().getSimpleName(),
                    context.getRequiredTestMethod().getName()));
        }
    }

    private void prepare(Path place) {
        environment = TestPython.ofRelease(release);
        folder = ModuleFiles.emptyFolder(ModuleFiles.target().resolve("peers").resolve(place));
    }

    /** An empty folder for the files of this test, kept until its next run. */
    Path folder() {
        return folder;
    }

    /** Starts the reference client of release 1.1.0, which joins under its id as its name, with a credential or without. */
    PythonPeer startClient(URI api, Optional<String> token, String clientId, int examples) {
        return startClient("reference_client.py", api, token, clientId, Integer.toString(examples));
    }

    /** The same, as one of the clients of the digits example. */
    PythonPeer startDigitsClient(URI api, Optional<String> token, String clientId, int number, int clients) {
        return startClient(
                "digits_client.py",
                api,
                token,
                clientId,
                Integer.toString(number),
                Integer.toString(clients),
                DigitsFederation.IMAGES.toString());
    }

    private PythonPeer startClient(
            String script, URI api, Optional<String> token, String clientId, String... arguments) {
        Map<String, String> variables = new HashMap<>(Map.of(
                "SCALEOUT_CLIENT_TASK_POLLING_INTERVAL", "1",
                "SCALEOUT_LOG_LEVEL", "INFO",
                "SCALEOUT_LOG_CONSOLE", "true"));
        token.ifPresent(secret -> variables.put("PEER_TOKEN", secret));
        Stream<String> common = Stream.of(api.toString(), clientId);
        return start(
                clientId,
                script,
                variables,
                Stream.concat(common, Stream.of(arguments)).toArray(String[]::new));
    }

    /** Starts the reference client of release 1.0.1, which joins under its id as its name, with a credential or without. */
    PythonPeer startGeneration10Client(URI api, Optional<String> token, String clientId, int examples) {
        return startClient("reference_client_1_0.py", api, token, clientId, Integer.toString(examples));
    }

    /** Runs a program to its end, which has to be a good one, and gives what it printed. */
    String run(String script, Object... arguments) {
        return run(Map.of(), script, arguments);
    }

    /** The same with environment variables. */
    String run(Map<String, String> variables, String script, Object... arguments) {
        Path printed = folder.resolve("printed");
        try (PythonPeer peer = start(
                script,
                script,
                ProcessBuilder.Redirect.to(printed.toFile()),
                variables,
                Stream.of(arguments).map(Object::toString).toArray(String[]::new))) {
            assertThat(peer.awaitEnd()).as(script + " ends").isTrue();
            assertThat(peer.stop()).as("status of " + script).isZero();
        }
        return ModuleFiles.read(printed);
    }

    private PythonPeer start(String name, String script, Map<String, String> variables, String... arguments) {
        return start(name, script, null, variables, arguments);
    }

    private PythonPeer start(
            String name,
            String script,
            ProcessBuilder.Redirect printed,
            Map<String, String> variables,
            String... arguments) {
        try {
            Path home = folder.resolve(name);
            Path output = folder.resolve(name + ".log");
            ProcessBuilder process = environment.prepare(home, ModuleFiles.python(script), List.of(arguments));
            process.environment().putAll(variables);
            process.redirectErrorStream(printed == null);
            if (printed == null) {
                process.redirectOutput(output.toFile());
            } else {
                process.redirectOutput(printed).redirectError(output.toFile());
            }
            PythonPeer peer = new PythonPeer(name, process.start(), output);
            peers.add(peer);
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        if (!shared) {
            end();
        }
        throw withOutput(failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw withOutput(failure);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!shared) {
            end();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        end();
    }

    private void end() {
        peers.forEach(PythonPeer::close);
    }

    private Throwable withOutput(Throwable failure) {
        peers.forEach(peer -> failure.addSuppressed(new Output(peer)));
        return failure;
    }

    /** Stands in the failure of a test to show what a peer has said. */
    private static final class Output extends Exception {
        Output(PythonPeer peer) {
            super("Output of " + peer.name() + ":\n" + peer.output(), null, false, false);
        }
    }
}
