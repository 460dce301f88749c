package com.scaleoutsystems.edge.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EdgeMetersTest {

    private final Sandbox sandbox = Sandbox.builder().seedModel(model(0)).start();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void closeSandbox() {
        sandbox.close();
    }

    @Test
    void twoRoundsShowInTheMeters() {
        EdgeMeters meters = EdgeMeters.of(registry, "line-7");
        try (EdgeClient client = client().listener(meters).build()) {
            client.start();
            meters.watch(client);

            sandbox.runSession(SessionPlan.of(2, 1));
            // What only the registry's weak references hold goes.
            System.gc();

            await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
                // The health is up to a second old.
                assertThat(registry.get("scaleout.edge.ready")
                                .tag("client", "line-7")
                                .gauge()
                                .value())
                        .isEqualTo(1);
                assertThat(registry.get("scaleout.edge.queue.records").gauge().value())
                        .isNotNegative();
                assertThat(registry.get("scaleout.edge.tasks.callback")
                                .tags("kind", "train", "status", "completed")
                                .timer()
                                .totalTime(TimeUnit.NANOSECONDS))
                        .isPositive()
                        .isLessThan(registry.get("scaleout.edge.tasks")
                                .tags("kind", "train", "status", "completed")
                                .timer()
                                .totalTime(TimeUnit.NANOSECONDS));
                assertThat(registry.get("scaleout.edge.poll.age").gauge().value())
                        .isPositive();
                assertThat(registry.get("scaleout.edge.roundtrip").gauge().value())
                        .isPositive();
                assertThat(registry.get("scaleout.edge.transfers.rate")
                                .tags("direction", "download")
                                .summary()
                                .count())
                        .isPositive();
                assertThat(registry.get("scaleout.edge.tasks")
                                .tags("kind", "train", "status", "completed")
                                .timer()
                                .count())
                        .isEqualTo(2);
                assertThat(registry.get("scaleout.edge.records")
                                .tags("kind", "model_update", "outcome", "delivered", "reason", "none")
                                .counter()
                                .count())
                        .isEqualTo(2);
                assertThat(registry.get("scaleout.edge.tasks.received")
                                .tags("kind", "train")
                                .counter()
                                .count())
                        .isEqualTo(2);
                assertThat(registry.get("scaleout.edge.transfers.size")
                                .tags("direction", "upload")
                                .summary()
                                .totalAmount())
                        .isPositive();
            });
        }
    }

    @Test
    void theHealthThatTheMetersShowIsOfTheClientThatIsWatched() {
        EdgeMeters meters = EdgeMeters.of(registry, "closed");
        EdgeClient client = client().build();
        client.close();
        meters.watch(client);

        assertThatIllegalStateException().isThrownBy(() -> meters.watch(client)).withMessageContaining("already watch");
        assertThat(registry.get("scaleout.edge.live").gauge().value()).isZero();
        assertThat(registry.get("scaleout.edge.ready").gauge().value()).isZero();
    }

    @Test
    void whatIsRemovedIsOnlyOfThisClient() {
        EdgeMeters first = EdgeMeters.of(registry, "first");
        EdgeMeters second = EdgeMeters.of(registry, "second");
        Counter other = Counter.builder("scaleout.other").tag("client", "first").register(registry);
        EdgeClient client = client().build();
        client.close();
        first.watch(client);
        second.watch(client);

        first.remove();

        assertThat(registry.getMeters())
                .extracting(Meter::getId)
                .noneMatch(id -> id.getName().startsWith("scaleout.edge.") && "first".equals(id.getTag("client")))
                .anyMatch(id -> id.getName().equals("scaleout.edge.live") && "second".equals(id.getTag("client")))
                .contains(other.getId());
    }

    @Test
    void aRegistryThatAlwaysThrowsChangesNoOutcome() {
        MeterRegistry broken = new SimpleMeterRegistry() {
            @Override
            protected Counter newCounter(Meter.Id id) {
                throw new IllegalStateException("no meters today");
            }

            @Override
            protected io.micrometer.core.instrument.Timer newTimer(
                    Meter.Id id,
                    io.micrometer.core.instrument.distribution.DistributionStatisticConfig statistics,
                    io.micrometer.core.instrument.distribution.pause.PauseDetector pauses) {
                throw new IllegalStateException("no meters today");
            }

            @Override
            protected <T> Gauge newGauge(Meter.Id id, T source, ToDoubleFunction<T> value) {
                throw new NoClassDefFoundError("no meters today");
            }

            @Override
            public List<Meter> getMeters() {
                throw new IllegalStateException("no meters today");
            }
        };
        EdgeMeters meters = EdgeMeters.of(broken, "broken");
        try (EdgeClient client = client().listener(meters).build()) {
            client.start();
            meters.watch(client);
            meters.watch(client);
            meters.remove();

            String modelId = sandbox.runSession(SessionPlan.of(2, 1)).modelId();

            try (ScaleoutModel result = sandbox.model(modelId)) {
                assertThat(number(result)).isEqualTo(2);
            }
        }
    }

    @Test
    void aRegistryThatThrewOnceTakesAllMetersOfTheNextCall() {
        boolean[] throwsNext = {true};
        MeterRegistry full = new SimpleMeterRegistry() {
            @Override
            protected <T> Gauge newGauge(Meter.Id id, T source, ToDoubleFunction<T> value) {
                if (throwsNext[0] && id.getName().equals("scaleout.edge.storing")) {
                    throw new IllegalStateException("no more meters today");
                }
                return super.newGauge(id, source, value);
            }
        };
        Counter other =
                Counter.builder("scaleout.edge.errors").tag("client", "line-7").register(full);
        EdgeMeters meters = EdgeMeters.of(full, "line-7");
        try (EdgeClient client = client().build()) {
            meters.watch(client);
            assertThat(full.getMeters()).containsExactly(other);

            throwsNext[0] = false;
            meters.watch(client);
            // What only the registry's weak references hold goes.
            System.gc();

            assertThat(full.get("scaleout.edge.live").gauge().value()).isEqualTo(1);
            assertThat(full.get("scaleout.edge.storing").gauge().value()).isEqualTo(1);
            assertThatIllegalStateException().isThrownBy(() -> meters.watch(client));
        }
    }

    private EdgeClientBuilder client() {
        return EdgeClient.builder()
                .api(sandbox.restUri())
                .stateless()
                .pollInterval(Duration.ofMillis(50))
                .onTrain((model, task) -> TrainResult.of(model(number(model) + 1), 1))
                .onValidate((model, task) -> Map.of("number", number(model)));
    }

    private static ScaleoutModel model(float number) {
        return ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(new float[] {number}, 1)));
    }

    private static float number(ScaleoutModel model) {
        return model.modelParameters().get(0).toFloats()[0];
    }
}
