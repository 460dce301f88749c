package com.scaleoutsystems.edge.opentelemetry;

import static com.scaleoutsystems.edge.opentelemetry.Clients.adding;
import static com.scaleoutsystems.edge.opentelemetry.Clients.broken;
import static com.scaleoutsystems.edge.opentelemetry.Clients.model;
import static com.scaleoutsystems.edge.opentelemetry.Clients.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EdgeInstrumentsTest {

    private final Sandbox sandbox = Sandbox.builder().seedModel(model(0)).start();
    private final InMemoryMetricReader reader = InMemoryMetricReader.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(reader).build())
            .build();

    @AfterEach
    void close() {
        sandbox.close();
        sdk.close();
    }

    /** The points of a metric that have these attributes, among others. */
    private List<PointData> points(String name, Map<String, String> attributes) {
        return reader.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals("scaleout.edge." + name))
                .map(MetricData::getData)
                .flatMap(data -> data.getPoints().stream())
                .filter(point -> has(point.getAttributes(), attributes))
                .map(PointData.class::cast)
                .toList();
    }

    private static boolean has(Attributes all, Map<String, String> some) {
        return some.entrySet().stream()
                .allMatch(one -> one.getValue().equals(all.get(AttributeKey.stringKey(one.getKey()))));
    }

    private <P> P point(Class<P> type, String name, Map<String, String> attributes) {
        List<PointData> points = points(name, attributes);
        assertThat(points).as(name).hasSize(1);
        return type.cast(points.get(0));
    }

    private double gauge(String name) {
        return point(DoublePointData.class, name, Map.of("client", "line-7")).getValue();
    }

    @Test
    void twoRoundsShowInTheMetrics() {
        EdgeInstruments instruments = EdgeInstruments.of(sdk, "line-7");
        try (EdgeClient client = adding(sandbox).listener(instruments).build()) {
            client.start();
            instruments.watch(client);

            sandbox.runSession(SessionPlan.of(2, 1));

            await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
                assertThat(point(LongPointData.class, "ready", Map.of("client", "line-7"))
                                .getValue())
                        .isEqualTo(1);
                Map<String, String> trained = Map.of("kind", "train", "status", "completed");
                HistogramPointData tasks = point(HistogramPointData.class, "tasks", trained);
                HistogramPointData callbacks = point(HistogramPointData.class, "tasks.callback", trained);
                assertThat(tasks.getCount()).isEqualTo(2);
                assertThat(callbacks.getSum()).isPositive().isLessThan(tasks.getSum());
                assertThat(point(
                                        LongPointData.class,
                                        "records",
                                        Map.of("kind", "model_update", "outcome", "delivered", "reason", "none"))
                                .getValue())
                        .isEqualTo(2);
                assertThat(point(HistogramPointData.class, "transfers.size", Map.of("direction", "upload"))
                                .getSum())
                        .isPositive();
                assertThat(gauge("poll.age")).isPositive();
                assertThat(gauge("roundtrip")).isPositive();
            });
        }
        instruments.close();
        assertThat(points("ready", Map.of())).isEmpty();
    }

    @Test
    void theHealthIsOfTheClientThatIsWatched() {
        try (EdgeInstruments instruments = EdgeInstruments.of(sdk, "closed")) {
            EdgeClient client = adding(sandbox).build();
            client.close();
            instruments.watch(client);

            assertThatIllegalStateException()
                    .isThrownBy(() -> instruments.watch(client))
                    .withMessageContaining("already watch");
            assertThat(point(LongPointData.class, "live", Map.of()).getValue()).isZero();
        }
    }

    @Test
    void aMeterThatAlwaysThrowsChangesNoOutcome() {
        EdgeInstruments instruments = EdgeInstruments.of(broken(OpenTelemetry.class), "broken");
        try (EdgeClient client = adding(sandbox).listener(instruments).build()) {
            client.start();
            instruments.watch(client);
            instruments.watch(client);
            instruments.close();

            String modelId = sandbox.runSession(SessionPlan.of(2, 1)).modelId();

            try (ScaleoutModel result = sandbox.model(modelId)) {
                assertThat(number(result)).isEqualTo(2);
            }
        }
    }
}
