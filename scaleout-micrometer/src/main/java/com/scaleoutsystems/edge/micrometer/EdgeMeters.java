package com.scaleoutsystems.edge.micrometer;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.event.QueueHealth;
import com.scaleoutsystems.edge.client.event.TransferDirection;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.task.TaskKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters of one client in a registry of Micrometer. It is a listener of the client, and {@link #watch} adds what the client's health
 * tells. docs/monitoring.md lists the meters.
 *
 * <pre>{@code
 * EdgeMeters meters = EdgeMeters.of(registry, "line-7");
 * EdgeClient client = EdgeClient.builder()
 *         // ...
 *         .listener(meters)
 *         .build();
 * meters.watch(client);
 * }</pre>
 *
 * <p>The client measures the times of tasks and transfers itself, so a slow listener does not falsify them.
 *
 * <p>A registry that throws does no harm to the program: the client logs what a listener throws, and {@link #watch} what it meets.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class EdgeMeters implements EdgeClientListener {

    private static final Logger LOG = LoggerFactory.getLogger("com.scaleoutsystems.edge.micrometer");
    private static final String PREFIX = "scaleout.edge.";

    private final MeterRegistry registry;
    private final Tags tags;

    /** Gauges hold it weakly: they live as long as these meters, which the client holds as its listener. */
    private @Nullable RecentHealth watched;

    /** Those that the registry has taken in this call of {@link #watch}. */
    private final List<Meter> gauges = new ArrayList<>();

    private EdgeMeters(MeterRegistry registry, String client) {
        this.registry = registry;
        this.tags = Tags.of("client", client);
    }

    /**
     * Meters that are not yet connected with a client.
     *
     * @param registry where they are
     * @param client the value of the tag {@code client}, which tells several clients of a program apart
     * @return the meters, to be given to the client's builder as a listener
     */
    public static EdgeMeters of(MeterRegistry registry, String client) {
        return new EdgeMeters(Objects.requireNonNull(registry, "registry"), Objects.requireNonNull(client, "client"));
    }

    /**
     * Adds the meters of what the client's health tells. If the registry throws, a warning in the log says so, and the program goes on: it
     * may call this method again.
     *
     * @param client the client
     * @throws IllegalStateException if these meters already watch a client
     */
    public synchronized void watch(EdgeClient client) {
        Objects.requireNonNull(client, "client");
        if (watched != null) {
            throw new IllegalStateException("these meters already watch a client; each client has meters of its own");
        }
        RecentHealth health = new RecentHealth(client, System::nanoTime);
        try {
            show(health);
            watched = health;
        } catch (Throwable failure) {
            LOG.warn(
                    "the registry does not take the meters of the client's health; the client works without them",
                    failure);
            // They would stay those of this attempt, though the next one succeeds.
            removeAll(gauges);
        }
        gauges.clear();
    }

    private void show(RecentHealth health) {
        gauge("live", "1 if the client works", health, now -> now.live() ? 1 : 0);
        gauge("ready", "1 if the client takes tasks", health, now -> now.ready() ? 1 : 0);
        gauge("storing", "1 if the state directory takes what is written", health, now -> now.storing() ? 1 : 0);
        gauge(
                "tasks.running",
                "tasks whose callbacks run",
                health,
                now -> now.runningTasks().size());
        gauge(
                "tasks.stuck",
                "tasks whose callbacks ignore that they were aborted",
                health,
                now -> now.stuckTasks().size());
        for (LinkQuality quality : LinkQuality.values()) {
            gauges.add(Gauge.builder(
                            PREFIX + "link", health, source -> source.now().linkQuality() == quality ? 1 : 0)
                    .description("1 for the quality that the link to the combiner has")
                    .tags(tags.and("quality", name(quality)))
                    .register(registry));
        }
        timeGauge("poll.age", "how long ago the combiner answered a poll for tasks", health, Health::sinceLastPoll);
        timeGauge("roundtrip", "how long the combiner took for its last answer", health, Health::roundTrip);
        health.now().queues().keySet().forEach(queue -> addQueue(health, queue));
    }

    private void gauge(String name, String description, RecentHealth health, ToDoubleFunction<Health> value) {
        gauges.add(Gauge.builder(PREFIX + name, health, source -> value.applyAsDouble(source.now()))
                .description(description)
                .tags(tags)
                .register(registry));
    }

    private void timeGauge(
            String name, String description, RecentHealth health, Function<Health, Optional<Duration>> value) {
        gauges.add(TimeGauge.builder(
                        PREFIX + name,
                        health,
                        TimeUnit.NANOSECONDS,
                        source -> value.apply(source.now())
                                .map(time -> (double) time.toNanos())
                                .orElse(Double.NaN))
                .description(description)
                .tags(tags)
                .register(registry));
    }

    private void addQueue(RecentHealth health, String name) {
        Tags ofQueue = tags.and("queue", name);
        gauges.add(Gauge.builder(
                        PREFIX + "queue.records",
                        health,
                        source -> queue(source, name).records())
                .description("records that wait or are on their way")
                .tags(ofQueue)
                .register(registry));
        gauges.add(Gauge.builder(
                        PREFIX + "queue.size",
                        health,
                        source -> queue(source, name).bytes())
                .description("what they take")
                .baseUnit("bytes")
                .tags(ofQueue)
                .register(registry));
        gauges.add(TimeGauge.builder(
                        PREFIX + "queue.age",
                        health,
                        TimeUnit.MILLISECONDS,
                        source -> queue(source, name)
                                .oldestAge()
                                .orElse(Duration.ZERO)
                                .toMillis())
                .description("the age of the oldest of them")
                .tags(ofQueue)
                .register(registry));
    }

    private static QueueHealth queue(RecentHealth health, String name) {
        return health.now().queues().getOrDefault(name, QueueHealth.of(0, 0));
    }

    /** Removes all meters of this client from the registry. If the registry throws, a warning in the log says so. */
    public synchronized void remove() {
        watched = null;
        try {
            removeAll(registry.getMeters().stream().filter(this::isOfThisClient).toList());
        } catch (Throwable failure) {
            LOG.warn("the registry does not list its meters; those of the client stay", failure);
        }
    }

    private boolean isOfThisClient(Meter meter) {
        return meter.getId().getName().startsWith(PREFIX)
                && tags.stream().allMatch(meter.getId().getTags()::contains);
    }

    private void removeAll(List<Meter> meters) {
        for (Meter meter : meters) {
            try {
                registry.remove(meter);
            } catch (Throwable failure) {
                LOG.warn(
                        "the registry does not let go of the meter {}",
                        meter.getId().getName(),
                        failure);
            }
        }
    }

    @Override
    public void taskReceived(TaskRequest task) {
        count("tasks.received", tags.and("kind", kind(task)));
    }

    @Override
    public void taskFinished(TaskRequest task, TaskSummary summary) {
        Tags end = tags.and("kind", kind(task), "status", name(summary.status()));
        Timer.builder(PREFIX + "tasks")
                .description("how long tasks took in all, by how they ended")
                .tags(end)
                .register(registry)
                .record(summary.totalTime().orElse(Duration.ZERO));
        summary.callbackTime()
                .ifPresent(time -> Timer.builder(PREFIX + "tasks.callback")
                        .description("how long their callbacks ran")
                        .tags(end)
                        .register(registry)
                        .record(time));
    }

    @Override
    public void modelTransferred(TransferDirection direction, String modelId, long bytes, Duration duration) {
        Tags ofDirection = tags.and("direction", name(direction));
        Timer.builder(PREFIX + "transfers")
                .description("how long transfers of models took")
                .tags(ofDirection)
                .register(registry)
                .record(duration);
        DistributionSummary.builder(PREFIX + "transfers.size")
                .description("the sizes of the models")
                .baseUnit("bytes")
                .tags(ofDirection)
                .register(registry)
                .record((double) bytes);
        double seconds = duration.toNanos() / 1e9;
        if (seconds > 0) {
            DistributionSummary.builder(PREFIX + "transfers.rate")
                    .description("how fast they were transferred")
                    .baseUnit("bytes/s")
                    .tags(ofDirection)
                    .register(registry)
                    .record(bytes / seconds);
        }
    }

    @Override
    public void recordSettled(RecordInfo record, Outcome outcome) {
        String end = name(outcome.getClass().getSimpleName());
        String reason = "none";
        if (outcome instanceof Outcome.Dropped dropped) {
            reason = name(dropped.reason());
        } else if (outcome instanceof Outcome.Rejected rejected) {
            reason = name(rejected.error().code());
        }
        count("records", tags.and("kind", name(record.kind()), "outcome", end, "reason", reason));
    }

    @Override
    public void error(EdgeException error) {
        count("errors", tags.and("code", name(error.code())));
    }

    private void count(String name, Tags ofCounter) {
        Counter.builder(PREFIX + name).tags(ofCounter).register(registry).increment();
    }

    private static String kind(TaskRequest task) {
        // The type itself comes from the server: as the value of a tag it could be anything.
        return TaskKind.ofType(task.type()).map(EdgeMeters::name).orElse("other");
    }

    private static String name(Enum<?> value) {
        return name(value.name());
    }

    private static String name(String value) {
        return value.toLowerCase(Locale.ROOT);
    }
}
