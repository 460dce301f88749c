package com.scaleoutsystems.edge.micrometer;

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
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Compares the page about monitoring with what there is. */
class MonitoringPageTest {

    @Test
    void thePageListsAllMetersWithTheirTags() throws IOException {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        EdgeMeters meters = EdgeMeters.of(registry, "line-7");
        EdgeClient client = EdgeClient.builder().stateless().build();
        meters.watch(client);
        everyEvent(meters);
        client.close();

        Map<String, Set<String>> registered = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            Set<String> tags = registered.computeIfAbsent(meter.getId().getName(), name -> new TreeSet<>());
            meter.getId().getTags().stream().map(Tag::getKey).forEach(tags::add);
            assertThat(tags.remove("client")).isTrue();
        }

        assertThat(registered).isEqualTo(MonitoringPage.meters());
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
