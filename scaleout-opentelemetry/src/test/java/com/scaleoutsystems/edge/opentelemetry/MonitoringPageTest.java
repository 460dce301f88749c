package com.scaleoutsystems.edge.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.event.TransferDirection;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Compares the page about monitoring with what there is. */
class MonitoringPageTest {

    /** These have a value once a combiner has answered, which {@link EdgeInstrumentsTest} shows. */
    private static final Set<String> LATER = Set.of("scaleout.edge.poll.age", "scaleout.edge.roundtrip");

    @Test
    void thePageListsAllMetricsWithTheirAttributes() throws IOException {
        InMemoryMetricReader reader = InMemoryMetricReader.create();
        try (OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                        .setMeterProvider(SdkMeterProvider.builder()
                                .registerMetricReader(reader)
                                .build())
                        .build();
                EdgeInstruments instruments = EdgeInstruments.of(sdk, "line-7");
                EdgeClient client = EdgeClient.builder().stateless().build()) {
            instruments.watch(client);
            everyEvent(instruments);

            Map<String, Set<String>> found = new TreeMap<>();
            for (MetricData metric : reader.collectAllMetrics()) {
                Set<String> attributes = found.computeIfAbsent(metric.getName(), name -> new TreeSet<>());
                metric.getData()
                        .getPoints()
                        .forEach(point -> point.getAttributes().asMap().keySet().stream()
                                .map(AttributeKey::getKey)
                                .forEach(attributes::add));
                assertThat(attributes.remove("client")).isTrue();
            }

            Map<String, Set<String>> expected = MonitoringPage.meters();
            assertThat(expected.keySet()).containsAll(LATER);
            expected.keySet().removeAll(LATER);
            assertThat(found).isEqualTo(expected);
        }
    }

    private static void everyEvent(EdgeClientListener listener) {
        TaskRequest task = TaskRequest.of("t", "Scaleout_ModelUpdate");
        listener.taskReceived(task);
        listener.taskFinished(
                task,
                TaskSummary.of(TaskStatus.COMPLETED, "")
                        .withTotalTime(Duration.ofSeconds(2))
                        .withCallbackTime(Duration.ofSeconds(1)));
        listener.modelTransferred(TransferDirection.UPLOAD, "m", 1_000, Duration.ofSeconds(4));
        listener.recordSettled(
                RecordInfo.of("r", RecordKind.MODEL_METRIC, "metrics"), new Outcome.Dropped(DropReason.EXPIRED));
        listener.error(new EdgeException(ErrorCode.UNAVAILABLE, "nobody there"));
    }
}
