package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.task.HostModels;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkPolicy;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.FlushResult;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TaskArrival;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client does and leaves while the program restricts its use of the network. */
class NetworkPolicyTest {

    private static final LogOptions ALERT = LogOptions.defaults().withPriorityClass(PriorityClass.ALERT);

    private final SimulatedDisk disk = new SimulatedDisk();
    private final SimulatedClient client = new SimulatedClient(
            7, (model, task) -> TrainResult.of(model("update", 1), 10), ReportingSettings.defaults(), disk);

    private void set(NetworkPolicy policy) {
        client.await(client.runtime.connectedCalls().networkPolicy(policy));
    }

    private Health health() {
        CompletableFuture<Health> health = client.runtime.health().toCompletableFuture();
        client.await(health);
        return health.join();
    }

    /** The calls and messages that leave the client from now on. */
    private List<String> callsWithin(Duration time) {
        int before = client.combiner.log().size();
        client.runFor(time);
        return new ArrayList<>(client.combiner
                        .log()
                        .subList(before, client.combiner.log().size()))
                .stream()
                        .filter(event -> event.contains("→ "))
                        .map(event -> event.substring(event.indexOf("→ ") + 2))
                        .toList();
    }

    @Test
    void aClientWhoseFirstGreetingFailedTransfersModelsLater() {
        client.combiner.addModel("m", 0);
        client.combiner.failNext("announce VERSION_CHECK", new EdgeException(ErrorCode.PERMISSION_DENIED, "not yet"));
        CompletableFuture<?> refused = client.runtime
                .initGrpcHandler(GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT))
                .toCompletableFuture();
        client.runUntil(refused::isDone);
        assertThat(refused).isCompletedExceptionally();

        client.start();
        client.combiner.deliver(train("t", "m"));
        client.runUntilDone("t");

        assertThat(client.combiner.doneReports().get("t"))
                .extracting(TaskReport::status)
                .containsOnly("COMPLETED");
    }

    @ParameterizedTest
    @EnumSource(
            value = NetworkPolicy.class,
            names = {"PAUSED", "ALERTS_ONLY"})
    void aRestrictedClientMakesNoCallButHeartbeatsAndDeliversAllWhenResumed(NetworkPolicy policy) {
        client.combiner.addModel("m", 0);
        client.start();
        client.runFor(Duration.ofMinutes(1));
        set(policy);
        client.runFor(Duration.ofSeconds(1));
        List<Delivery> all = new ArrayList<>();
        client.combiner.deliver(train("t", "m"));

        List<String> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(client.runtime.log().logTelemetry("t", Map.of("value", i)));
            all.add(client.runtime.log().logAttributes(Map.of("value", i)));
            all.add(client.runtime.log().sendStatus("line " + i));
            calls.addAll(callsWithin(Duration.ofSeconds(10)));
        }

        assertThat(calls).isNotEmpty().allMatch(call -> call.startsWith("heartbeat"));
        assertThat(all).allMatch(one -> one.stored().toCompletableFuture().isDone());
        assertThat(all.stream()
                        .map(one -> one.outcome().toCompletableFuture().getNow(null))
                        .filter(java.util.Objects::nonNull))
                .isEmpty();
        Health paused = health();
        assertThat(paused.networkPolicy()).isEqualTo(policy);
        assertThat(paused.live()).isTrue();
        assertThat(paused.ready()).isFalse();
        assertThat(paused.state()).isEqualTo(ClientState.CONNECTED);

        set(NetworkPolicy.ALL);
        all.forEach(delivery -> client.await(delivery.outcome()));
        client.runUntilDone("t");

        assertThat(all)
                .allMatch(one -> one.outcome().toCompletableFuture().join().isDelivered());
        assertThat(client.combiner.recordIds()).doesNotHaveDuplicates();
        assertThat(health().ready()).isTrue();
    }

    @Test
    void alertsPassAndNothingElse() {
        client.start();
        set(NetworkPolicy.ALERTS_ONLY);
        Delivery plain = client.runtime.log().logTelemetry("t", Map.of("value", 1));
        Delivery alert = client.runtime.log().logTelemetry("hot", Map.of("value", 90), ALERT);
        Delivery line = client.runtime
                .log()
                .sendStatus("it burns", com.scaleoutsystems.edge.client.record.LogLevel.ERROR, ALERT);
        client.await(alert.outcome());
        client.await(line.outcome());
        client.runFor(Duration.ofMinutes(1));

        assertThat(plain.outcome().toCompletableFuture()).isNotDone();
        set(NetworkPolicy.PAUSED);
        Delivery later = client.runtime.log().logTelemetry("hot", Map.of("value", 91), ALERT);
        client.runFor(Duration.ofMinutes(1));
        assertThat(later.outcome().toCompletableFuture()).isNotDone();
        set(NetworkPolicy.ALERTS_ONLY);
        client.await(later.outcome());
        assertThat(plain.outcome().toCompletableFuture()).isNotDone();
    }

    /** However often, and although each policy of retries allows for few attempts. */
    @ParameterizedTest
    @ValueSource(strings = {"download", "upload"})
    void aTransferThatIsUnderWayStopsAndBeginsAgain(String direction) {
        client.combiner.addModel("m", 0);
        client.start();
        client.combiner.silence(direction);
        client.combiner.deliver(train("t", "m"));
        for (int i = 1; i <= 8; i++) {
            long transfers = i;
            client.runUntil(() -> client.combiner.calls("→ " + direction) >= transfers);
            set(NetworkPolicy.PAUSED);
            assertThat(callsWithin(Duration.ofHours(1).dividedBy(10))).allMatch(call -> call.startsWith("heartbeat"));
            assertThat(client.doneReports("t")).isZero();
            set(NetworkPolicy.ALL);
        }
        client.combiner.silence("nothing");
        client.runUntilDone("t");

        assertThat(client.combiner.doneReports().get("t").get(0).status()).isEqualTo("COMPLETED");
        assertThat(client.combiner.log())
                .filteredOn(event -> event.contains("cancel " + direction))
                .hasSize(8);
    }

    @Test
    void aCallbackGoesOnAndItsResultWaits() {
        client.combiner.addModel("m", 0);
        client.start();
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        set(NetworkPolicy.PAUSED);
        client.runFor(Duration.ofMinutes(1));

        assertThat(health().runningTasks()).isEmpty();
        assertThat(client.doneReports("t")).isZero();
        set(NetworkPolicy.ALL);
        client.runUntilDone("t");
        assertThat(client.combiner.doneReports().get("t").get(0).status()).isEqualTo("COMPLETED");
    }

    @Test
    void whatTheProgramAsksForItselfFailsAtOnceUnlessItIsInTheCache() {
        client.combiner.addModel("m", 0);
        client.combiner.addModel("other", 0);
        client.start();
        HostModels models = models();
        get(models, "m").close();
        CompletableFuture<ScaleoutModel> underWay = models.get("other").toCompletableFuture();
        client.runUntil(() -> client.combiner.calls("→ download other") == 1);
        set(NetworkPolicy.PAUSED);

        get(models, "m").close();
        assertPaused(underWay);
        assertPaused(models.get("other").toCompletableFuture());
        assertPaused(models.send(model("mine", 2)).toCompletableFuture());
        assertThat(client.combiner.calls("→ upload")).isZero();

        set(NetworkPolicy.ALL);
        get(models, "other").close();
        client.await(models.send(model("mine", 2)));
    }

    private HostModels models() {
        var calls = client.runtime.connectedCalls().calls().toCompletableFuture();
        client.await(calls);
        return calls.join().models();
    }

    private ScaleoutModel get(HostModels models, String id) {
        CompletableFuture<ScaleoutModel> model = models.get(id).toCompletableFuture();
        client.await(model);
        return model.join();
    }

    private void assertPaused(CompletableFuture<?> call) {
        client.runUntil(call::isDone);
        assertThat(Stages.cause(call.handle((value, error) -> error).join()))
                .isInstanceOfSatisfying(EdgeException.class, error -> {
                    assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
                    assertThat(error.retryable()).isTrue();
                })
                .hasMessageContaining("the program has set")
                .hasMessageContaining("PAUSED");
    }

    @Test
    void aFlushEndsInItsTimeAndSaysWhatWaits() {
        client.start();
        set(NetworkPolicy.PAUSED);
        client.runtime.log().logTelemetry("t", Map.of("value", 1));
        client.runtime.log().sendStatus("line");
        long begin = client.env.nanos();
        CompletionStage<FlushResult> flush = client.runtime.flush(Duration.ofSeconds(5));
        client.await(flush);

        assertThat(flush.toCompletableFuture().join().remaining()).isGreaterThanOrEqualTo(2);
        assertThat(Duration.ofNanos(client.env.nanos() - begin))
                .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(6));
    }

    @Test
    void closeKeepsThePauseAndTheNextStartDelivers() {
        client.combiner.addModel("m", 0);
        client.start();
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        set(NetworkPolicy.PAUSED);
        client.runFor(Duration.ofSeconds(20));
        Delivery record = client.runtime.log().logTelemetry("t", Map.of("value", 1));
        client.runFor(Duration.ofSeconds(1));
        int before = client.combiner.log().size();
        long begin = client.env.nanos();
        client.close(Duration.ofSeconds(30));

        assertThat(Duration.ofNanos(client.env.nanos() - begin)).isLessThan(Duration.ofSeconds(3));
        assertThat(client.combiner.log().subList(before, client.combiner.log().size()))
                .filteredOn(event -> event.contains("→ "))
                .allMatch(event -> event.contains("→ heartbeat"));
        assertThat(record.outcome().toCompletableFuture().join()).isInstanceOf(Outcome.Kept.class);

        client.killAndRestart();
        client.runUntilDone("t");
        assertThat(client.combiner.doneReports().get("t").get(0).status()).isEqualTo("COMPLETED");
        assertThat(client.combiner.records()).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void closeSendsTheAlertsThatMayPass() {
        client.start();
        set(NetworkPolicy.ALERTS_ONLY);
        Delivery plain = client.runtime.log().logTelemetry("t", Map.of("value", 1));
        Delivery alert = client.runtime.log().logTelemetry("hot", Map.of("value", 90), ALERT);
        client.close(Duration.ofSeconds(30));

        assertThat(alert.outcome().toCompletableFuture().join().isDelivered()).isTrue();
        assertThat(plain.outcome().toCompletableFuture().join()).isInstanceOf(Outcome.Kept.class);
    }

    /** Joining is what the program asks for. */
    @Test
    void aClientThatIsPausedBeforeItStartsJoinsAndTakesNoTasks() {
        client.combiner.addModel("m", 0);
        set(NetworkPolicy.PAUSED);
        client.start();
        client.combiner.deliver(train("t", "m"));

        assertThat(callsWithin(Duration.ofMinutes(10)).stream().filter(call -> !call.startsWith("heartbeat")))
                .allMatch(call -> call.contains("CONNECT"))
                .hasSizeLessThanOrEqualTo(1);
        assertThat(client.runtime.state()).isEqualTo(ClientState.CONNECTED);
        set(NetworkPolicy.ALL);
        client.runUntilDone("t");
    }

    @Test
    void pushedTasksStayWithTheCombiner() {
        SimulatedClient pushed = new SimulatedClient(
                7,
                (model, task) -> TrainResult.of(model("update", 1), 10),
                TaskSettings.defaults().withArrival(TaskArrival.PUSHED),
                ReportingSettings.defaults().withNodeTelemetry(false));
        pushed.combiner.addModel("m", 0);
        pushed.start();
        pushed.runFor(Duration.ofSeconds(5));
        pushed.await(pushed.runtime.connectedCalls().networkPolicy(NetworkPolicy.PAUSED));
        long subscriptions = subscriptions(pushed);
        pushed.runFor(Duration.ofSeconds(1));
        pushed.combiner.deliver(train("t", "m"));
        pushed.runFor(Duration.ofMinutes(10));

        assertThat(pushed.env.callbacks()).isZero();
        assertThat(subscriptions(pushed)).isEqualTo(subscriptions);
        assertThat(pushed.combiner.log()).anyMatch(event -> event.endsWith(" unsubscribe"));
        pushed.await(pushed.runtime.connectedCalls().networkPolicy(NetworkPolicy.ALL));
        pushed.runUntil(() -> !pushed.combiner.records().isEmpty());
        assertThat(subscriptions(pushed)).isEqualTo(subscriptions + 1);
    }

    private static long subscriptions(SimulatedClient client) {
        return client.combiner.log().stream()
                .filter(event -> event.endsWith(" subscribe"))
                .count();
    }

    @Test
    void aClientThatTriesToJoinForDaysKeepsNothingOfItsAttempts() {
        List<WeakReference<CombinerTransport>> opened = new ArrayList<>();
        SimulatedClient joining = new SimulatedClient(
                new Callbacks(),
                7,
                adapters -> new Adapters(
                        adapters.env(),
                        adapters.store(),
                        adapters.blobs(),
                        adapters.models(),
                        adapters.directory(),
                        adapters.apis(),
                        (combiner, identity, bearer) -> {
                            CombinerTransport transport =
                                    ownObject(adapters.transports().transport(combiner, identity, bearer));
                            opened.add(new WeakReference<>(transport));
                            return transport;
                        }));
        joining.combiner.failAlways(
                "announce VERSION_CHECK", new EdgeException(ErrorCode.PERMISSION_DENIED, "not yet"));
        for (int i = 0; i < 20; i++) {
            CompletableFuture<?> refused = joining.runtime
                    .initGrpcHandler(GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT))
                    .toCompletableFuture();
            joining.runUntil(refused::isDone);
            assertThat(refused).isCompletedExceptionally();
        }

        assertThat(opened).hasSize(20);
        await().untilAsserted(() -> {
            System.gc();
            assertThat(opened).filteredOn(one -> one.get() != null).hasSizeLessThan(3);
        });
        assertThat(joining.runtime.state()).isEqualTo(ClientState.NEW);
    }

    private static CombinerTransport ownObject(CombinerTransport transport) {
        return (CombinerTransport) Proxy.newProxyInstance(
                CombinerTransport.class.getClassLoader(),
                new Class<?>[] {CombinerTransport.class},
                (proxy, method, arguments) -> method.invoke(transport, arguments));
    }
}
