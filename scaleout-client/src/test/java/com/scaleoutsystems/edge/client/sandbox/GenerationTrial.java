package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.client;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.model;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.plusOne;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.ClientSeam;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.wire.Transports;
import com.scaleoutsystems.edge.client.network.CombinerTls;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TestCombiner;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.client.record.ContextScope;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.task.AutonomousTask;
import com.scaleoutsystems.edge.client.task.TaskArrival;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** One client at a sandbox of one generation; what it is seen to do. */
final class GenerationTrial implements AutoCloseable {

    private final boolean isFirst;
    private final Generation generation;
    private final String prefix;
    private final Sandbox sandbox;
    private final EdgeClient client;
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<Map<String, ?>> parameters = new CopyOnWriteArrayList<>();
    private final Set<String> types = new ConcurrentSkipListSet<>();

    GenerationTrial(SandboxGeneration spoken) {
        isFirst = spoken == SandboxGeneration.V1_0;
        generation = isFirst ? Generation.V1_0 : Generation.V1_1;
        prefix = isFirst ? "Fedn_" : "Scaleout_";
        // The JVM measures the processor's load from one look to the next, so the first look of a process gives
        // nothing.
        new SystemEnv().load();
        sandbox = Sandbox.builder()
                .generation(spoken)
                .authentication(true)
                .seedModel(model(1, 2).withModelId("seed"))
                .start();
        client = described("c").listener(new TaskEvents()).build();
        // Both wait for the client, so that its first poll could bring both.
        List<String> waiting = List.of(sandbox.submit(custom(Map.of())), sandbox.submit(custom(Map.of())));
        client.start();
        waiting.forEach(this::completed);
    }

    /** Notes which tasks come and end. */
    private final class TaskEvents implements EdgeClientListener {

        @Override
        public void taskReceived(TaskRequest task) {
            events.add("received");
            types.add(task.type().replaceFirst("_.*", "_*"));
        }

        @Override
        public void taskFinished(TaskRequest task, TaskSummary summary) {
            events.add("finished");
        }
    }

    private EdgeClientBuilder described(String id) {
        return client(sandbox, id)
                .generation(generation)
                .credential(Credential.token(sandbox.tokens().refresh()))
                .onTrain((model, task) -> {
                    task.logMetric(Map.of("loss", 1));
                    return TrainResult.of(plusOne(model), 1);
                })
                .onValidate((model, task) -> Map.of("loss", 1))
                .onPredict((model, task) -> Map.of("mean", 1))
                .onInference((model, task) -> Map.of("mean", 1))
                .onRestartRequested((abort, force) -> () -> {})
                .onCustom("c", (given, task) -> {
                    parameters.add(given);
                    return given;
                });
    }

    private static TaskSpec custom(Map<String, ?> data) {
        return TaskSpec.of("Custom_c", "c").withData(data);
    }

    private String end(TaskSpec task) {
        return sandbox.awaitOutcome(sandbox.submit(task), PATIENCE).status();
    }

    private void completed(String task) {
        assertThat(sandbox.awaitOutcome(task, PATIENCE).status()).isEqualTo("COMPLETED");
    }

    private static Outcome outcome(Delivery delivery) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> delivery.outcome().toCompletableFuture().isDone());
        return delivery.outcome().toCompletableFuture().join();
    }

    boolean takesManyTasks() {
        Awaitility.await().atMost(PATIENCE).until(() -> events.size() >= 4);
        return List.copyOf(events).subList(0, 2).equals(List.of("received", "received"));
    }

    String polls() {
        List<RecordedCall> polls = sandbox.recording().calls().stream()
                .filter(call -> call.rpc().startsWith("PollAndReport"))
                .toList();
        String names = polls.stream().map(RecordedCall::rpc).distinct().collect(Collectors.joining(", "));
        boolean lists = polls.stream().anyMatch(call -> call.json().contains("\"reports\""));
        return "`" + names + "` with " + (lists ? "all reports" : "one report");
    }

    String pushed() {
        TaskSettings settings = TaskSettings.defaults().withArrival(TaskArrival.PUSHED);
        try (EdgeClient pushed = described("p").tasks(settings).build()) {
            pushed.start();
            int before = parameters.size();
            sandbox.submit(TaskSpec.of("Custom_c", "p").withData(Map.of()));
            Awaitility.await().atMost(PATIENCE).until(() -> parameters.size() > before);
        }
        Set<String> rpcs = sandbox.recording().calls().stream()
                .filter(call -> call.clientId().equals("p"))
                .map(RecordedCall::rpc)
                .collect(Collectors.toSet());
        assertThat(rpcs).noneMatch(rpc -> rpc.startsWith("Poll"));
        return rpcs.contains("TaskStream") ? "`TaskStream`" : "no";
    }

    boolean session() {
        SessionResult session = sandbox.runSession(SessionPlan.of(1, 1));
        assertThat(session.rounds()).allSatisfy(round -> {
            assertThat(round.failures()).isEmpty();
            assertThat(round.updates()).hasSize(1);
            assertThat(round.validations()).hasSize(1);
        });
        return true;
    }

    /** The types of the tasks that came by themselves or were begun here, and what else is understood. */
    String taskTypes() {
        session();
        Awaitility.await().atMost(PATIENCE).until(() -> types.contains(prefix + "*"));
        Set<String> seen = new TreeSet<>(types);
        if (reportsAutonomousTasks()) {
            seen.add("Autonomous_*");
        }
        String other = isFirst ? "Scaleout_" : "Fedn_";
        boolean both = end(TaskSpec.of(other + "ModelUpdate", "c")
                        .withModel("seed")
                        .withSession("s", "2"))
                .equals("COMPLETED");
        List<String> order = new ArrayList<>(List.of("Fedn_*", "Scaleout_*", "Custom_*", "Autonomous_*"));
        order.retainAll(seen);
        return "`" + String.join("`, `", order) + "`" + (both ? "; the client also accepts `" + other + "*`" : "");
    }

    boolean predicts() {
        String status = end(TaskSpec.of(prefix + "Prediction", "c").withModel("seed"));
        TaskRequest own = TaskRequest.of("p", prefix + "Prediction")
                .withModelId("seed")
                .withSessionId("s")
                .withData("{}");
        boolean sent;
        try {
            sent = outcome(client.predictGlobalModel(own)).equals(new Outcome.Delivered());
        } catch (EdgeException refused) {
            sent = false;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        assertThat(sandbox.recording().predictions()).hasSize(sent ? 2 : 0);
        assertThat(status).isEqualTo(sent ? "COMPLETED" : "FAILED");
        return sent;
    }

    boolean tasksOfTheSecondGeneration() {
        List<TaskSpec> tasks = List.of(
                TaskSpec.of("Scaleout_Inference", "c").withModel("seed"),
                TaskSpec.of("Scaleout_StageModel", "c").withModel("seed"),
                TaskSpec.of("Scaleout_RestartClient", "c"));
        return tasks.stream().allMatch(task -> end(task).equals("COMPLETED"));
    }

    boolean sendsResultsOfInference() {
        try (ContextScope scope = client.makeCurrent(new InferenceContext("i", "seed"))) {
            assertThat(scope).isNotNull();
            Outcome outcome = outcome(client.logInferenceResult("key", Map.of("value", 1)));
            boolean called = sandbox.recording().calls().stream()
                    .anyMatch(call -> call.rpc().contains("InferenceResult"));
            assertThat(outcome).isInstanceOf(called ? Outcome.Delivered.class : Outcome.Rejected.class);
            return called;
        }
    }

    boolean reportsAutonomousTasks() {
        AutonomousTask started = client.startAutonomousTask("probe", Map.of("a", 1), (given, task) -> given);
        assertThat(started.result().toCompletableFuture())
                .succeedsWithin(PATIENCE)
                .isEqualTo(Map.of("a", 1));
        // What there is to tell of it is told before this ends.
        assertThat(end(custom(Map.of()))).isEqualTo("COMPLETED");
        return sandbox.recording().all(Recorded.Report.class).stream()
                .anyMatch(report -> report.correlationId().equals(started.correlationId()));
    }

    boolean unwrapsParameters() {
        Map<String, ?> inner = Map.of("a", 1);
        int before = parameters.size();
        assertThat(end(custom(Map.of("parameters", inner)))).isEqualTo("COMPLETED");
        Map<String, ?> given = parameters.get(before);
        assertThat(given).isIn(inner, Map.of("parameters", inner));
        return given.equals(inner);
    }

    boolean sendsContainers() {
        int before = sandbox.recording().modelUpdates().size();
        TaskSpec train = TaskSpec.of(prefix + "ModelUpdate", "c").withSession("s", "3");
        try (ScaleoutModel container = model(1, 2);
                ScaleoutModel npz = ScaleoutModel.fromStream(container.openTrainingModel())) {
            assertThat(npz.isRaw()).isTrue();
            assertThat(end(train.withModel(sandbox.addModel(npz)))).isEqualTo("COMPLETED");
        }
        Recorded.ModelUpdate update = sandbox.recording().modelUpdates().get(before);
        try (ScaleoutModel sent = sandbox.model(update.modelUpdateId())) {
            assertThat(sent.modelParameters().get(0).toFloats()).containsExactly(2, 3);
            return sent.isContainer();
        }
    }

    /** Whether these calls are made, when a metric, a status line, a measurement and a fact are logged. */
    boolean calls(String... rpcs) {
        LogOptions anywhere = LogOptions.defaults().withContext(LoggingContext.of("m", "1", "s"));
        List.of(
                        client.logMetric(Map.of("loss", 1), anywhere),
                        client.sendStatus(
                                "hello", LogLevel.INFO, LogOptions.defaults().withStatusType("HEALTH")),
                        client.logTelemetry("t", Map.of("value", 1)),
                        client.logAttributes(Map.of("a", 1)))
                .forEach(delivery -> assertThat(outcome(delivery)).isEqualTo(new Outcome.Delivered()));
        return sandbox.recording().calls().stream()
                .map(RecordedCall::rpc)
                .collect(Collectors.toSet())
                .containsAll(List.of(rpcs));
    }

    String telemetryAndAttributes() {
        if (calls("StreamTelemetryRecord", "StreamAttributeRecord")) {
            return "streams with acknowledgements; single calls if the combiner has no streams" + callsWithoutStreams();
        }
        return calls("SendTelemetryMessage", "SendAttributeMessage") ? "single calls" : "no";
    }

    /** Nothing, once a combiner that knows no streams was called so; it does not take the calls either, but notes them. */
    private String callsWithoutStreams() {
        try (TestCombiner combiner = TestCombiner.plain();
                EdgeClient older = described("o").credential(Credential.none()).build()) {
            older.initGrpcHandler(
                    GrpcConnectionOptions.of("127.0.0.1", combiner.port()).withTls(TlsMode.PLAINTEXT));
            older.start();
            older.logTelemetry("t", Map.of("value", 1));
            older.logAttributes(Map.of("a", 1));
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> combiner.calls().stream()
                            .map(TestCombiner.Call::method)
                            .collect(Collectors.toSet())
                            .containsAll(List.of("SendTelemetryMessage", "SendAttributeMessage")));
        }
        return "";
    }

    String heartbeat() {
        String beat = sandbox.recording()
                .awaitCalls("SendHeartbeat", 1, PATIENCE)
                .get(0)
                .json();
        boolean load = beat.contains("memory_utilisation") && beat.contains("cpu_utilisation");
        return load
                ? "reports memory and CPU load"
                : beat.contains("heartbeat_interval_ms") ? "reports its interval" : "no";
    }

    /** The first report is due after 30 s; here it is made at once. */
    boolean reportsItsBacklog() {
        SystemEnv env = new SystemEnv();
        Transports transports = new Transports(
                new Connections(NetworkProfile.defaults(), env),
                generation,
                TransferSettings.defaults(),
                ModelSettings.defaults(),
                env);
        CombinerTransport transport = transports.open(
                GrpcConnectionOptions.of(sandbox.grpcHost(), sandbox.grpcPort()).withTls(TlsMode.PLAINTEXT),
                new ClientIdentity("b", "b", "1.1.0"),
                Bearer.fixed(Optional.of(sandbox.tokens().apiKey())));
        try {
            assertThat(transport.reportBacklog(1, 0, Optional.empty()).toCompletableFuture())
                    .succeedsWithin(PATIENCE);
            List<String> called = sandbox.recording().calls().stream()
                    .filter(call -> call.clientId().equals("b"))
                    .map(RecordedCall::rpc)
                    .toList();
            assertThat(called).isIn(List.of(), List.of("SendBacklogReport"));
            return !called.isEmpty();
        } finally {
            transport.close();
        }
    }

    boolean enrolls() {
        Credential token = Credential.token(sandbox.tokens().enrollment());
        try (EdgeClient newcomer = client(sandbox, "n").credential(token).build()) {
            assertThat(newcomer.enroll()).isEqualTo("n");
            return true;
        } catch (EdgeException refused) {
            return false;
        }
    }

    String unstatedTls() {
        boolean always = isSecure(generation, 443) && isSecure(generation, 12_080);
        // Only the setting tells the client that this is the first generation.
        assertThat(isSecure(Generation.AUTO, 12_080)).isTrue();
        if (always) {
            return "yes";
        }
        assertThat(isSecure(generation, 443)).isTrue();
        return "if the generation is set: only at port 443; if not: yes";
    }

    private boolean isSecure(Generation set, int port) {
        ClientSettings settings = ClientSeam.settings(client(sandbox, "t").generation(set));
        assertThat(settings.network().combinerTls()).isEqualTo(CombinerTls.AS_ASSIGNED);
        GrpcConnectionOptions combiner = settings.dialect().secured(GrpcConnectionOptions.of("h", port));
        return new Connections(NetworkProfile.defaults(), new SystemEnv()).isSecure(combiner);
    }

    @Override
    public void close() {
        client.close();
        sandbox.close();
    }
}
