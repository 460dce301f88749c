package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.api.Tokens;
import com.scaleoutsystems.edge.client.internal.join.JoinSettings;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.task.HostCalls;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.task.AutonomousTask;
import com.scaleoutsystems.edge.client.task.TaskAbortedException;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A client is closed in each of its states, with servers that do not answer, in virtual time. */
class ClosingStatesTest {

    private static final List<Duration> BUDGETS =
            List.of(Duration.ofMillis(1), Duration.ofMillis(300), Duration.ofSeconds(5), Duration.ofMinutes(5));

    /** An API that never answers. */
    private static class SilentApi implements EdgeApi {

        @Override
        public CompletionStage<ConnectToApiResult> assign(
                ClientIdentity client, Optional<String> preferredCombiner, Bearer bearer) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<Enrollment> enroll(String token, String name, Optional<String> clientId) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<Tokens> refresh(TokenEndpoint endpoint, String refreshToken) {
            return new CompletableFuture<>();
        }

        @Override
        public void close() {}
    }

    private static SimulatedClient fresh() {
        Callbacks callbacks = new Callbacks();
        callbacks.train((model, task) -> TrainResult.of(model("u", 1), 1));
        SimulatedClient client = new SimulatedClient(callbacks, TaskSettings.defaults(), 1);
        client.combiner.addModel("m", 0);
        return client;
    }

    /** With one task that runs and one that waits. */
    private static SimulatedClient busy() {
        SimulatedClient client = fresh();
        client.start();
        client.combiner.deliver(train("running", "m"));
        client.combiner.deliver(train("waiting", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        return client;
    }

    private static SimulatedClient joining() {
        SimulatedClient client = new SimulatedClient(JoinSettings.defaults(), new SilentApi());
        var unused = client.runtime.connectToApi(URI.create("http://edge.test"), Credential.none());
        client.runFor(Duration.ofSeconds(1));
        return client;
    }

    private static SimulatedClient greeting() {
        SimulatedClient client = fresh();
        client.combiner.silence("");
        var unused = client.runtime.initGrpcHandler(
                GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT));
        client.runFor(Duration.ofSeconds(1));
        return client;
    }

    private static SimulatedClient greeted() {
        SimulatedClient client = fresh();
        client.await(client.runtime.initGrpcHandler(
                GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT)));
        return client;
    }

    /** The API is asked for another combiner, and does not answer. */
    private static SimulatedClient reassigning() {
        class AssignsOnce extends SilentApi {

            private boolean assigned;

            @Override
            public CompletionStage<ConnectToApiResult> assign(
                    ClientIdentity client, Optional<String> preferredCombiner, Bearer bearer) {
                CompletableFuture<ConnectToApiResult> answer = new CompletableFuture<>();
                if (!assigned) {
                    assigned = true;
                    answer.complete(new ConnectToApiResult.Assigned(
                            "client-1", GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT)));
                }
                return answer;
            }
        }
        SimulatedClient client = new SimulatedClient(
                URI.create("http://edge.test"),
                Credential.none(),
                JoinSettings.defaults(),
                new AssignsOnce(),
                List.of(),
                new Callbacks());
        client.await(client.runtime.start());
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
        client.combiner.goAway();
        client.runUntil(() -> client.runtime.state() == ClientState.REASSIGNING);
        return client;
    }

    private static SimulatedClient silent() {
        SimulatedClient client = busy();
        client.combiner.silence("");
        return client;
    }

    private static SimulatedClient slow() {
        SimulatedClient client = busy();
        client.combiner.silence("heartbeat");
        client.runUntil(() -> client.runtime.state() == ClientState.DEGRADED);
        return client;
    }

    private static SimulatedClient reconnecting() {
        SimulatedClient client = busy();
        client.combiner.goAway();
        client.runUntil(() -> client.runtime.state() == ClientState.RECONNECTING);
        return client;
    }

    private static SimulatedClient draining() {
        SimulatedClient client = silent();
        client.runtime.close(Duration.ofMillis(1));
        client.runUntil(() -> client.runtime.state() == ClientState.DRAINING);
        return client;
    }

    private static SimulatedClient closed() {
        SimulatedClient client = fresh();
        client.close(Duration.ofSeconds(1));
        return client;
    }

    static Stream<Arguments> states() {
        List<Arguments> all = new ArrayList<>();
        for (Duration budget : BUDGETS) {
            all.add(Arguments.of("built", ClientState.NEW, fresh(), budget));
            all.add(Arguments.of("asking for an assignment", ClientState.JOINING, joining(), budget));
            all.add(Arguments.of("greeting", ClientState.JOINING, greeting(), budget));
            all.add(Arguments.of("greeted", ClientState.JOINING, greeted(), budget));
            all.add(Arguments.of("busy", ClientState.CONNECTED, busy(), budget));
            all.add(Arguments.of("busy and not answered", ClientState.CONNECTED, silent(), budget));
            all.add(Arguments.of("answered slowly", ClientState.DEGRADED, slow(), budget));
            all.add(Arguments.of("away", ClientState.RECONNECTING, reconnecting(), budget));
            all.add(Arguments.of("away for long", ClientState.REASSIGNING, reassigning(), budget));
            all.add(Arguments.of("closing", ClientState.DRAINING, draining(), budget));
            all.add(Arguments.of("closed", ClientState.CLOSED, closed(), budget));
        }
        assertThat(all.stream().map(arguments -> arguments.get()[1])).contains((Object[]) ClientState.values());
        return all.stream();
    }

    @ParameterizedTest(name = "{0} {3}")
    @MethodSource("states")
    void closingKeepsItsBudgetInEachState(String what, ClientState state, SimulatedClient client, Duration budget) {
        assertThat(client.runtime.state()).isEqualTo(state);
        Duration start = Duration.ofNanos(client.env.nanos());

        client.close(budget);

        assertThat(client.runtime.state()).isEqualTo(ClientState.CLOSED);
        assertThat(Duration.ofNanos(client.env.nanos()).minus(start)).isLessThanOrEqualTo(budget);
    }

    @Test
    void autonomousTasksAreStoppedThoughTheClientWasNeverStarted() {
        SimulatedClient client = greeted();
        CompletableFuture<HostCalls> calls =
                client.runtime.connectedCalls().calls().toCompletableFuture();
        client.await(calls);
        List<Boolean> aborted = new ArrayList<>();
        CompletableFuture<AutonomousTask> started = calls.join()
                .tasks()
                .start("job", Map.of(), (parameters, task) -> aborted.add(task.isAborted()))
                .toCompletableFuture();
        client.await(started);

        client.close(Duration.ofMinutes(1));

        assertThat(aborted).containsExactly(true);
        assertThat(started.join().result().toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(TaskAbortedException.class);
        assertThat(client.combiner.log()).noneMatch(line -> line.contains("DISCONNECT"));
    }

    @Test
    void heartbeatsAndReportsGoOnUntilTheLastTaskHasEnded() {
        SimulatedClient client = busy();
        client.runtime.close(Duration.ofMinutes(5));
        client.runUntil(() -> client.runtime.state() == ClientState.DRAINING);
        long beats = client.combiner.calls("heartbeat");
        long reports = client.combiner.calls("correlationId=running, status=RUNNING");

        client.runUntilDone("running");

        assertThat(client.combiner.calls("heartbeat") - beats).isGreaterThanOrEqualTo(2);
        assertThat(client.combiner.calls("correlationId=running, status=RUNNING") - reports)
                .isGreaterThanOrEqualTo(2);
        client.runUntil(() -> client.runtime.state() == ClientState.CLOSED);
    }

    @Test
    void callbacksThatOutliveTheCloseAreNamed() {
        SimulatedClient client = busy();
        try (LogLines log = new LogLines()) {
            client.close(Duration.ofSeconds(1));

            assertThat(log.with("still run")).singleElement().asString().contains("[running]");
        }
    }
}
