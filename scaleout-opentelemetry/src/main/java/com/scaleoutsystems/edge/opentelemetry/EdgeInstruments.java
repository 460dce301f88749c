package com.scaleoutsystems.edge.opentelemetry;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.event.TransferDirection;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of one client in OpenTelemetry. It is a listener of the client, and {@link #watch} adds what the client's health tells.
 * docs/monitoring.md lists the metrics.
 *
 * <pre>{@code
 * EdgeInstruments instruments = EdgeInstruments.of(openTelemetry, "line-7");
 * EdgeClient client = EdgeClient.builder()
 *         // ...
 *         .listener(instruments)
 *         .build();
 * instruments.watch(client);
 * }</pre>
 *
 * <p>The client measures the times of tasks and transfers itself, so a slow listener does not falsify them.
 *
 * <p>What OpenTelemetry throws does no harm to the program: the client logs what a listener throws, {@link #watch} and {@link #close} what
 * they meet. Thread-safe.
 *
 * @since 0.1.0
 */
public final class EdgeInstruments implements EdgeClientListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("com.scaleoutsystems.edge.opentelemetry");
    private static final AttributeKey<String> CLIENT = AttributeKey.stringKey("client");
    private static final AttributeKey<String> KIND = AttributeKey.stringKey("kind");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("status");
    private static final AttributeKey<String> DIRECTION = AttributeKey.stringKey("direction");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");
    private static final AttributeKey<String> CODE = AttributeKey.stringKey("code");

    private final OpenTelemetry openTelemetry;
    private final String client;
    private @Nullable Instruments instruments;
    private @Nullable BatchCallback watched;

    private EdgeInstruments(OpenTelemetry openTelemetry, String client) {
        this.openTelemetry = openTelemetry;
        this.client = client;
    }

    /**
     * Metrics that are not yet connected with a client.
     *
     * @param openTelemetry where they go
     * @param client the value of the attribute {@code client}, which tells several clients of a program apart
     * @return the metrics, to be given to the client's builder as a listener
     */
    public static EdgeInstruments of(OpenTelemetry openTelemetry, String client) {
        return new EdgeInstruments(
                Objects.requireNonNull(openTelemetry, "openTelemetry"), Objects.requireNonNull(client, "client"));
    }

    /**
     * Adds the metrics of what the client's health tells. The client is asked once whenever OpenTelemetry reads them. If OpenTelemetry
     * throws, a warning in the log says so, and the program goes on without these metrics: it may call this method again.
     *
     * @param client the client
     * @throws IllegalStateException if a client is already watched
     */
    public synchronized void watch(EdgeClient client) {
        Objects.requireNonNull(client, "client");
        if (watched != null) {
            throw new IllegalStateException(
                    "these instruments already watch a client; each client has instruments of its own");
        }
        try {
            watched = HealthGauges.show(meter(), Attributes.of(CLIENT, this.client), client::health);
        } catch (Throwable failure) {
            LOG.warn(
                    "OpenTelemetry does not take the metrics of the client's health; the client works without them",
                    failure);
        }
    }

    /** Watches the client no longer. What was counted stays. */
    @Override
    public synchronized void close() {
        BatchCallback last = watched;
        watched = null;
        if (last != null) {
            try {
                last.close();
            } catch (Throwable failure) {
                LOG.warn("OpenTelemetry does not let go of the metrics of the client's health", failure);
            }
        }
    }

    private Meter meter() {
        return openTelemetry.getMeter(Names.SCOPE);
    }

    /** Made with the first event, so that what fails here fails where the client logs it. */
    private synchronized Instruments instruments() {
        Instruments made = instruments;
        if (made == null) {
            made = Instruments.of(meter());
            instruments = made;
        }
        return made;
    }

    @Override
    public void taskReceived(TaskRequest task) {
        instruments().received().add(1, Attributes.of(CLIENT, client, KIND, Names.kind(task)));
    }

    @Override
    public void taskFinished(TaskRequest task, TaskSummary summary) {
        Attributes end = Attributes.of(CLIENT, client, KIND, Names.kind(task), STATUS, Names.of(summary.status()));
        instruments().tasks().record(seconds(summary.totalTime().orElse(Duration.ZERO)), end);
        summary.callbackTime().ifPresent(time -> instruments().callbacks().record(seconds(time), end));
    }

    @Override
    public void modelTransferred(TransferDirection direction, String modelId, long bytes, Duration duration) {
        Attributes ofDirection = Attributes.of(CLIENT, client, DIRECTION, Names.of(direction));
        double seconds = seconds(duration);
        instruments().transfers().record(seconds, ofDirection);
        instruments().transferSizes().record(bytes, ofDirection);
        if (seconds > 0) {
            instruments().transferRates().record(bytes / seconds, ofDirection);
        }
    }

    @Override
    public void recordSettled(RecordInfo record, Outcome outcome) {
        String reason = "none";
        if (outcome instanceof Outcome.Dropped dropped) {
            reason = Names.of(dropped.reason());
        } else if (outcome instanceof Outcome.Rejected rejected) {
            reason = Names.of(rejected.error().code());
        }
        String end = Names.of(outcome.getClass().getSimpleName());
        instruments()
                .records()
                .add(1, Attributes.of(CLIENT, client, KIND, Names.of(record.kind()), OUTCOME, end, REASON, reason));
    }

    @Override
    public void error(EdgeException error) {
        instruments().errors().add(1, Attributes.of(CLIENT, client, CODE, Names.of(error.code())));
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
