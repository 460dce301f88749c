package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.MetricOptions;
import com.scaleoutsystems.edge.client.task.TaskContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** While a train task runs, logs so many telemetry records a second, counted, and a metric ten times a second. */
final class RateLog implements AutoCloseable {

    /** The key of the telemetry, and of the number in its payload. */
    static final String KEY = "seq";

    private static final Duration BETWEEN_METRICS = Duration.ofMillis(100);
    private static final MetricOptions METRICS = MetricOptions.defaults().withCheckTaskAbort(false);

    private final long nanosBetweenRecords;
    private final EventWriter events;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "log-rate");
        made.setDaemon(true);
        return made;
    });
    private volatile @Nullable EdgeClient client;
    private volatile @Nullable SequenceFile sequence;

    /**
     * Nothing is logged yet.
     *
     * @param perSecond how many records, at least 1
     * @param events hears of records that are stored
     */
    RateLog(int perSecond, EventWriter events) {
        this.nanosBetweenRecords = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.events = events;
    }

    /** Logs to this client from now on. */
    void use(EdgeClient used) {
        sequence = new SequenceFile(used.stateDirectory(), events::error);
        client = used;
    }

    /** Runs a training and logs meanwhile. */
    <T> T during(TaskContext task, Callable<T> training) throws Exception {
        Future<?> records = thread.scheduleAtFixedRate(this::logRecord, 0, nanosBetweenRecords, TimeUnit.NANOSECONDS);
        double[] loss = {1};
        Future<?> metrics = thread.scheduleAtFixedRate(
                () -> {
                    loss[0] *= 0.99;
                    var unused = task.logMetric(Map.of("loss", loss[0]), METRICS);
                },
                0,
                BETWEEN_METRICS.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return training.call();
        } finally {
            records.cancel(false);
            metrics.cancel(false);
        }
    }

    private void logRecord() {
        EdgeClient used = client;
        SequenceFile counted = sequence;
        if (used == null || counted == null) {
            return;
        }
        long number = counted.next();
        Delivery delivery = used.logTelemetry(KEY, Map.of(KEY, number));
        delivery.stored().thenAccept(how -> {
            if (how == Delivery.Stored.DURABLE) {
                events.logged(number);
            }
        });
    }

    @Override
    public void close() {
        SequenceFile counted = sequence;
        if (counted != null) {
            thread.execute(counted::close);
        }
        thread.shutdown();
    }
}
