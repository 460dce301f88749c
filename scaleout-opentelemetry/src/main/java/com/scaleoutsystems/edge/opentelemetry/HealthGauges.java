package com.scaleoutsystems.edge.opentelemetry;

import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.event.QueueHealth;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.time.Duration;
import java.util.function.Supplier;

/** The gauges of a client's health. The client is asked once for all of them whenever they are read. */
final class HealthGauges {

    private static final AttributeKey<String> QUALITY = AttributeKey.stringKey("quality");
    private static final AttributeKey<String> QUEUE = AttributeKey.stringKey("queue");

    private final Attributes attributes;
    private final ObservableLongMeasurement live;
    private final ObservableLongMeasurement ready;
    private final ObservableLongMeasurement storing;
    private final ObservableLongMeasurement running;
    private final ObservableLongMeasurement stuck;
    private final ObservableLongMeasurement link;
    private final ObservableLongMeasurement queueRecords;
    private final ObservableLongMeasurement queueSize;
    private final ObservableDoubleMeasurement queueAge;
    private final ObservableDoubleMeasurement pollAge;
    private final ObservableDoubleMeasurement roundTrip;

    private HealthGauges(Meter meter, Attributes attributes) {
        this.attributes = attributes;
        this.live = count(meter, "live", "1", "1 if the client works");
        this.ready = count(meter, "ready", "1", "1 if the client takes tasks");
        this.storing = count(meter, "storing", "1", "1 if the state directory takes what is written");
        this.running = count(meter, "tasks.running", "{task}", "tasks whose callbacks run");
        this.stuck = count(meter, "tasks.stuck", "{task}", "tasks whose callbacks ignore that they were aborted");
        this.link = count(meter, "link", "1", "1 for the quality that the link to the combiner has");
        this.queueRecords = count(meter, "queue.records", "{record}", "records that wait or are on their way");
        this.queueSize = count(meter, "queue.size", "By", "what they take");
        this.queueAge = seconds(meter, "queue.age", "the age of the oldest of them");
        this.pollAge = seconds(meter, "poll.age", "how long ago the combiner answered a poll for tasks");
        this.roundTrip = seconds(meter, "roundtrip", "how long the combiner took for its last answer");
    }

    private static ObservableLongMeasurement count(Meter meter, String name, String unit, String description) {
        return meter.gaugeBuilder(Names.PREFIX + name)
                .ofLongs()
                .setUnit(unit)
                .setDescription(description)
                .buildObserver();
    }

    private static ObservableDoubleMeasurement seconds(Meter meter, String name, String description) {
        return meter.gaugeBuilder(Names.PREFIX + name)
                .setUnit("s")
                .setDescription(description)
                .buildObserver();
    }

    /**
     * Shows this health from now on.
     *
     * @return ends that
     */
    static BatchCallback show(Meter meter, Attributes attributes, Supplier<Health> health) {
        HealthGauges gauges = new HealthGauges(meter, attributes);
        return meter.batchCallback(
                () -> gauges.observe(health.get()),
                gauges.live,
                gauges.ready,
                gauges.storing,
                gauges.running,
                gauges.stuck,
                gauges.link,
                gauges.queueRecords,
                gauges.queueSize,
                gauges.queueAge,
                gauges.pollAge,
                gauges.roundTrip);
    }

    private void observe(Health now) {
        live.record(now.live() ? 1 : 0, attributes);
        ready.record(now.ready() ? 1 : 0, attributes);
        storing.record(now.storing() ? 1 : 0, attributes);
        running.record(now.runningTasks().size(), attributes);
        stuck.record(now.stuckTasks().size(), attributes);
        for (LinkQuality quality : LinkQuality.values()) {
            link.record(
                    now.linkQuality() == quality ? 1 : 0,
                    attributes.toBuilder().put(QUALITY, Names.of(quality)).build());
        }
        now.queues().forEach(this::observe);
        now.sinceLastPoll().ifPresent(age -> pollAge.record(seconds(age), attributes));
        now.roundTrip().ifPresent(time -> roundTrip.record(seconds(time), attributes));
    }

    private void observe(String name, QueueHealth queue) {
        Attributes ofQueue = attributes.toBuilder().put(QUEUE, name).build();
        queueRecords.record(queue.records(), ofQueue);
        queueSize.record(queue.bytes(), ofQueue);
        queueAge.record(seconds(queue.oldestAge().orElse(Duration.ZERO)), ofQueue);
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
