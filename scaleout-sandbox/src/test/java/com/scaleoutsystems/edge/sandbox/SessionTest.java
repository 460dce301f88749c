package com.scaleoutsystems.edge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.RoundResult;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {
    private static final Duration SOON = Duration.ofMillis(200);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        Collections.reverse(open);
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void twoClientsTrainTwoRounds(boolean raw) throws Exception {
        Sandbox sandbox = sandbox(raw ? rawModel(1, 10) : container("seed", 1, 10));
        ScriptedClient a = client(sandbox, "a");
        ScriptedClient b = client(sandbox, "b");
        List<RoundResult> heard = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<SessionResult> session = sandbox.startSession(
                SessionPlan.of(2, 2).withClientSettings(Map.of("steps", 20)).withListener(heard::add));

        // Each round adds (3 * 0.1 + 1 * 0.3) / 4; b comes first and is still summed second.
        for (int round = 1; round <= 2; round++) {
            b.train(b.awaitTask(), 0.3, 1);
            a.train(a.awaitTask(), 0.1, 3);
            a.validate(a.awaitTask(), "{\"accuracy\": 0.5, \"loss\": " + round + ", \"name\": \"x\"}");
            b.validate(b.awaitTask(), "{\"accuracy\": 1.0}");
        }
        SessionResult result = session.get(60, TimeUnit.SECONDS);

        assertThat(result.rounds()).isEqualTo(heard).hasSize(2);
        RoundResult second = result.rounds().get(1);
        assertThat(second.round()).isEqualTo(2);
        assertThat(second.updates()).extracting(Recorded.ModelUpdate::clientId).containsExactly("a", "b");
        assertThat(second.validations())
                .extracting(Recorded.Validation::clientId)
                .containsExactly("a", "b");
        assertThat(second.failures()).isEmpty();
        assertThat(second.metrics()).isEqualTo(Map.of("accuracy", 0.75, "loss", 2.0));
        assertThat(second.duration()).isPositive();
        assertThat(second.bytes()).isPositive();
        assertThat(result.modelId()).isEqualTo(second.modelId());
        try (ScaleoutModel last = sandbox.model(result.modelId())) {
            assertThat(last.isRaw()).isEqualTo(raw);
            assertThat(last.modelId()).isEqualTo(result.modelId());
            double first = average(1);
            double tenth = average(10);
            assertThat(last.modelParameters().get(0).toDoubles()).containsExactly(average(first), average(tenth));
        }
    }

    /** What two clients make of a value in a round, in the order in which the sandbox sums. */
    private static double average(double value) {
        return (3 * (value + 0.1) + 1 * (value + 0.3)) / 4;
    }

    @Test
    void updatesAreSummedInTheOrderOfTheClientIds() throws Exception {
        Sandbox sandbox = sandbox(container("seed", 0));
        List<ScriptedClient> clients = List.of(client(sandbox, "a"), client(sandbox, "b"), client(sandbox, "c"));
        CompletableFuture<SessionResult> session =
                sandbox.startSession(SessionPlan.of(1, 3).withoutValidation());
        for (int i = 2; i >= 0; i--) {
            clients.get(i)
                    .train(clients.get(i).awaitTask(), List.of(0.1, 0.2, 0.3).get(i), 1);
        }

        try (ScaleoutModel average =
                sandbox.model(session.get(60, TimeUnit.SECONDS).modelId())) {
            double sum = 0.1 + 0.2 + 0.3;
            assertThat(sum).as("another order gives another sum").isNotEqualTo(0.3 + 0.2 + 0.1);
            assertThat(average.modelParameters().get(0).toDoubles()).containsExactly(sum / 3);
        }
    }

    @Test
    void tasksSayWhatTheProtocolWants() {
        Sandbox sandbox = sandbox(container("seed", 1));
        ScriptedClient a = client(sandbox, "a");
        sandbox.startSession(SessionPlan.of(1, 1).withClientSettings(Map.of("steps", 20)));

        TaskRequest training = a.awaitTask();
        String session = training.getSessionId();
        assertThat(training.getType()).isEqualTo("Scaleout_ModelUpdate");
        assertThat(training.getModelId()).isEqualTo("seed");
        assertThat(training.getRoundId()).isEqualTo("1");
        assertThat(training.getStatus()).isEmpty();
        assertThat(training.getData())
                .isEqualTo("{\"task\": \"training\", \"round_id\": \"1\", \"session_id\": \"" + session
                        + "\", \"helper_type\": \"numpyhelper\", \"client_settings\": {\"steps\": 20}}");
        a.train(training, 1, 1);

        TaskRequest validation = a.awaitTask();
        assertThat(validation.getType()).isEqualTo("Scaleout_Validation");
        assertThat(validation.getSessionId()).isEqualTo(session);
        assertThat(validation.getData())
                .isEqualTo("{\"task\": \"validate\", \"round_id\": \"1\", \"session_id\": \"" + session
                        + "\", \"helper_type\": \"numpyhelper\", \"client_settings\": {\"steps\": 20}}");
        assertThat(sandbox.models()).contains(validation.getModelId());
    }

    @Test
    void seedFixesAllIds() throws Exception {
        List<String> first = idsOfARun(7);
        assertThat(first).hasSize(5).doesNotHaveDuplicates();
        assertThat(idsOfARun(7)).isEqualTo(first);
        assertThat(idsOfARun(8)).doesNotContainAnyElementsOf(first);
    }

    private List<String> idsOfARun(long seed) throws Exception {
        Sandbox sandbox =
                Sandbox.builder().seed(seed).seedModel(container("seed", 1)).start();
        open.add(sandbox);
        ScriptedClient a = client(sandbox, "a");
        CompletableFuture<SessionResult> session =
                sandbox.startSession(SessionPlan.of(2, 1).withoutValidation());
        List<String> ids = new ArrayList<>();
        for (int round = 1; round <= 2; round++) {
            TaskRequest task = a.awaitTask();
            ids.add(task.getCorrelationId());
            a.train(task, 1, 1);
        }
        SessionResult result = session.get(60, TimeUnit.SECONDS);
        ids.add(result.sessionId());
        result.rounds().forEach(round -> ids.add(round.modelId()));
        return ids;
    }

    @Test
    void clientThatFailsIsLeftOut() throws Exception {
        Sandbox sandbox = sandbox(container("seed", 1));
        ScriptedClient a = client(sandbox, "a");
        ScriptedClient b = client(sandbox, "b");
        ScriptedClient c = client(sandbox, "c");
        ScriptedClient d = client(sandbox, "d");
        CompletableFuture<SessionResult> session =
                sandbox.startSession(SessionPlan.of(1, 4).withoutValidation());
        a.poll(a.report(a.awaitTask(), "FAILED", true, "{\"error\": \"no data\"}"));
        TaskRequest missing = b.awaitTask();
        b.announceUpdate(missing, "never uploaded", "{\"training_metadata\": {\"num_examples\": 1}}");
        b.poll(b.report(missing, "COMPLETED", true, ""));
        c.train(c.awaitTask(), 1, 0);
        d.train(d.awaitTask(), 2, 5);

        RoundResult round = session.get(60, TimeUnit.SECONDS).rounds().get(0);
        assertThat(round.updates()).extracting(Recorded.ModelUpdate::clientId).containsExactly("d");
        assertThat(round.failures()).containsOnlyKeys("a", "b", "c");
        assertThat(round.failures().get("a")).isEqualTo("FAILED {\"error\": \"no data\"}");
        assertThat(round.failures().get("b")).contains("never uploaded");
        assertThat(round.failures().get("c")).contains("num_examples");
        try (ScaleoutModel model = sandbox.model(round.modelId())) {
            assertThat(model.modelParameters().get(0).toDoubles()).containsExactly(3);
        }
    }

    @Test
    void lateClientIsLeftOutAndTold() throws Exception {
        Sandbox sandbox = sandbox(container("seed", 1));
        ScriptedClient a = client(sandbox, "a");
        ScriptedClient b = client(sandbox, "b");
        CompletableFuture<SessionResult> session = sandbox.startSession(
                SessionPlan.of(1, 2).withRoundTimeout(Duration.ofSeconds(5)).withoutValidation());
        a.train(a.awaitTask(), 1, 1);
        TaskRequest late = b.awaitTask();

        RoundResult round = session.get(60, TimeUnit.SECONDS).rounds().get(0);
        assertThat(round.updates()).extracting(Recorded.ModelUpdate::clientId).containsExactly("a");
        assertThat(round.failures()).isEqualTo(Map.of("b", "timed out after 5.0 s"));
        TaskRequest told = b.awaitTask();
        assertThat(told.getCorrelationId()).isEqualTo(late.getCorrelationId());
        assertThat(told.getStatus()).isEqualTo("TIMEOUT");
    }

    @Test
    void clientThatFailedToTrainIsNotAskedToValidate() throws Exception {
        Sandbox sandbox = sandbox(container("seed", 1));
        ScriptedClient a = client(sandbox, "a");
        ScriptedClient b = client(sandbox, "b");
        CompletableFuture<SessionResult> session = sandbox.startSession(SessionPlan.of(1, 2));
        b.poll(b.report(b.awaitTask(), "FAILED", true, ""));
        a.train(a.awaitTask(), 1, 1);
        TaskRequest validation = a.awaitTask();
        assertThat(b.poll()).isEmpty();
        a.poll(a.report(validation, "INTERRUPTED", true, "{\"msg\": \"enough\"}"));

        RoundResult round = session.get(60, TimeUnit.SECONDS).rounds().get(0);
        assertThat(round.validations()).isEmpty();
        assertThat(round.metrics()).isEmpty();
        assertThat(round.failures()).isEqualTo(Map.of("a", "INTERRUPTED {\"msg\": \"enough\"}", "b", "FAILED"));
    }

    @Test
    void repeatedUpdateCountsOnce() throws Exception {
        Sandbox sandbox = sandbox(container("seed", 1));
        ScriptedClient a = client(sandbox, "a");
        CompletableFuture<SessionResult> session =
                sandbox.startSession(SessionPlan.of(1, 1).withoutValidation());
        TaskRequest task = a.awaitTask();
        String update = "update-" + task.getCorrelationId();
        a.announceUpdate(task, update, "{\"training_metadata\": {\"num_examples\": 1}}");
        a.train(task, 1, 1);

        assertThat(session.get(60, TimeUnit.SECONDS).rounds().get(0).updates()).hasSize(1);
    }

    @Test
    void roundWithoutUpdateIsAnError() {
        Sandbox sandbox = sandbox(container("seed", 1));
        ScriptedClient a = client(sandbox, "a");
        CompletableFuture<SessionResult> session = sandbox.startSession(SessionPlan.of(1, 1));
        a.poll(a.report(a.awaitTask(), "FAILED", true, "{\"error\": \"no data\"}"));

        assertThatThrownBy(() -> session.get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .hasMessageContaining("Round 1 of 1 failed", "no data")
                .isInstanceOfSatisfying(
                        EdgeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION));
    }

    @Test
    void tooFewClientsAreAnError() {
        Sandbox sandbox = sandbox(container("seed", 1));
        client(sandbox, "a");
        assertThatExceptionOfType(EdgeException.class)
                .isThrownBy(() -> sandbox.runSession(SessionPlan.of(1, 2).withClientTimeout(SOON)))
                .withMessageContaining("2 clients; connected are [a]")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
    }

    @Test
    void sessionNeedsAModelToStartFrom() {
        Sandbox sandbox = Sandbox.builder().start();
        open.add(sandbox);
        assertThatExceptionOfType(EdgeException.class)
                .isThrownBy(() -> sandbox.runSession(SessionPlan.of(1, 1)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION));
        assertThatExceptionOfType(EdgeException.class)
                .isThrownBy(() -> sandbox.startSession(SessionPlan.of(1, 1).withModel("nothing")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }

    @Test
    void sessionCanBeCancelled() throws Exception {
        Sandbox sandbox = sandbox(container("seed", 1));
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        ScriptedClient a = client(sandbox, "a");
        CompletableFuture<SessionResult> session = sandbox.startSession(SessionPlan.of(2, 1)
                .withoutValidation()
                .withListener(round -> thread.complete(Thread.currentThread())));
        a.train(a.awaitTask(), 1, 1);
        thread.get(60, TimeUnit.SECONDS);
        String second = a.awaitTask().getCorrelationId();

        session.cancel(true);
        assertThatThrownBy(session::join).isInstanceOf(CancellationException.class);
        // Work for another session shows that the first one does not get in the way.
        CompletableFuture<SessionResult> next =
                sandbox.startSession(SessionPlan.of(1, 1).withoutValidation());
        TaskRequest task = a.awaitTask();
        assertThat(task.getCorrelationId()).isNotEqualTo(second);
        a.train(task, 1, 1);
        assertThat(next.get(60, TimeUnit.SECONDS).rounds()).hasSize(1);
    }

    @Test
    void closingTheSandboxEndsASessionWithAClearError() {
        Sandbox sandbox = sandbox(container("seed", 1));
        ScriptedClient a = client(sandbox, "a");
        CompletableFuture<SessionResult> session = sandbox.startSession(SessionPlan.of(1, 1));
        a.awaitTask();
        sandbox.close();

        assertThatThrownBy(() -> session.get(60, TimeUnit.SECONDS))
                .cause()
                .hasMessage("Round 1 of 1 failed: The sandbox was closed")
                .isInstanceOfSatisfying(
                        EdgeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    }

    @Test
    void planChecksItsNumbers() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionPlan.of(0, 1))
                .withMessage("A session has at least 1 round, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionPlan.of(1, 0))
                .withMessage("A session has at least 1 client, not 0");
    }

    private Sandbox sandbox(ScaleoutModel seed) {
        Sandbox sandbox = Sandbox.builder().seedModel(seed).start();
        open.add(sandbox);
        return sandbox;
    }

    private ScriptedClient client(Sandbox sandbox, String id) {
        ScriptedClient client = new ScriptedClient(sandbox, id);
        open.add(client);
        client.announce("Connect");
        return client;
    }

    private ScaleoutModel container(String id, double... values) {
        ScaleoutModel model = ScaleoutModel.builder()
                .modelId(id)
                .trainingModel(ModelParameters.of(Tensor.ofDoubles(values, values.length)))
                .build();
        open.add(model);
        return model;
    }

    private ScaleoutModel rawModel(double... values) {
        ByteArrayOutputStream npz = new ByteArrayOutputStream();
        ModelParameters.of(Tensor.ofDoubles(values, values.length)).writeNpz(npz);
        ScaleoutModel model = ScaleoutModel.fromStream(new ByteArrayInputStream(npz.toByteArray()));
        open.add(model);
        return model;
    }
}
