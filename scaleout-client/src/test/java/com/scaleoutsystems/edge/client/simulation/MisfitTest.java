package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Libraries that do not fit together say nothing about a record, in virtual time. */
class MisfitTest {

    private static final Duration LONG = Duration.ofMinutes(50);

    private final Set<String> broken = new HashSet<>();
    private final SimulatedClient client = client();

    private SimulatedClient client() {
        Callbacks callbacks = new Callbacks();
        callbacks.train((model, task) -> TrainResult.of(model("u", 1), 1));
        SimulatedClient made = new SimulatedClient(
                callbacks,
                1,
                real -> new Adapters(
                        real.env(),
                        real.store(),
                        real.blobs(),
                        real.models(),
                        real.directory(),
                        real.apis(),
                        (options, identity, bearer) ->
                                withoutSomeMethods(real.transports().transport(options, identity, bearer))));
        made.combiner.addModel("m", 0);
        made.start();
        return made;
    }

    /** What a transport does whose gRPC is older than its code expects. */
    private CombinerTransport withoutSomeMethods(CombinerTransport real) {
        return (CombinerTransport) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {CombinerTransport.class}, (proxy, method, arguments) -> {
                    if (broken.contains(method.getName())) {
                        throw new NoSuchMethodError("io.grpc.CallOptions.withOnReadyThreshold(int)");
                    }
                    if (method.getName().equals("with")) {
                        return proxy;
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }

    private void assertTroubleIsTold() {
        CompletableFuture<Health> health = client.runtime.health().toCompletableFuture();
        client.runUntil(health::isDone);

        assertThat(health.join().troubles())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line)
                        .contains("do not fit together", "withOnReadyThreshold", "found ", "gRPC 1.68 and newer"));
        assertThat(health.join().rejected()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"upload", "send"})
    void resultOfATaskWaitsUntilItsCallCanBeMade(String method) {
        broken.add(method);
        client.combiner.deliver(train("t", "m"));
        client.runFor(LONG);

        assertThat(client.doneReports("t")).isZero();
        assertTroubleIsTold();

        broken.clear();
        client.runUntilDone("t");
        assertThat(client.combiner.doneReports().get("t").get(0).status()).isEqualTo("COMPLETED");
    }

    @Test
    void healthTellsSoonWhatDoesNotFit() {
        broken.add("send");
        client.runtime.log().sendStatus("here");
        client.runFor(Duration.ofSeconds(4));

        assertTroubleIsTold();
    }

    @Test
    void recordsOfAStreamWaitUntilItCanBeOpened() {
        broken.add("open");
        Delivery first = client.runtime.log().logTelemetry("t", Map.of("value", 1));
        Delivery second = client.runtime.log().logTelemetry("t", Map.of("value", 2));
        client.runFor(LONG);

        assertThat(first.outcome().toCompletableFuture()).isNotDone();
        assertTroubleIsTold();

        broken.clear();
        client.await(second.outcome());
        client.await(first.outcome());
        assertThat(first.outcome().toCompletableFuture())
                .isCompletedWithValueMatching(Outcome.Delivered.class::isInstance);
    }
}
