package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.task.TaskContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** While a train task runs, logs a number of counted telemetry records a second, and a metric ten times a second. */
final class RateLog implements AutoCloseable {

    private static final Duration BETWEEN_METRICS = Duration.ofMillis(100);

    /** An abort ends the training, and that ends the log. */
    private static final LogOptions WITHOUT_ABORT_CHECK = LogOptions.defaults().withCheckTaskAbort(false);

    private final long nanosBetweenRecords;
    private final SequenceFile sequence;
    private final EventWriter events;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "log-rate");
        made.setDaemon(true);
        return made;
    });

    /**
     * Nothing is logged yet.
     *
     * @param perSecond how many records, at least 1
     * @param directory where the count is kept; without one it begins at 0
     * @param events receives the stored records
     */
    RateLog(int perSecond, Optional<Path> directory, EventWriter events) {
        this.nanosBetweenRecords = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.events = events;
        this.sequence = new SequenceFile(directory, events::error);
    }

    /** Runs a training and logs meanwhile. */
    <T> T during(TaskContext task, Callable<T> training) throws Exception {
        Future<?> records =
                thread.scheduleAtFixedRate(() -> logRecord(task), 0, nanosBetweenRecords, TimeUnit.NANOSECONDS);
        double[] loss = {1};
        Future<?> metrics = thread.scheduleAtFixedRate(
                () -> {
                    loss[0] *= 0.99;
                    var unused = task.logMetric(Map.of("loss", loss[0]), WITHOUT_ABORT_CHECK);
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

    private void logRecord(TaskContext task) {
        long number = sequence.next();
        Delivery delivery = task.logTelemetry(EventWriter.SEQ, Map.of(EventWriter.SEQ, number), WITHOUT_ABORT_CHECK);
        delivery.stored().thenAccept(how -> {
            if (how == Delivery.Stored.DURABLE) {
                events.logged(number);
            }
        });
    }

    @Override
    public void close() {
        thread.execute(sequence::close);
        thread.shutdown();
    }
}
