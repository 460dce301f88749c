package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.event.TransferDirection;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes what a client does, one line for each event, each flushed. */
final class EventWriter implements EdgeClientListener {

    /** The key of counted telemetry, and of the number in its payload. */
    static final String SEQ = "seq";

    private static final Pattern NUMBER = Pattern.compile("\"" + SEQ + "\"\\s*:\\s*(\\d+)");

    private final Console console;
    private final EventFormat format;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** The client's id of the moment, which joining may change; empty until there is a client. */
    private volatile Supplier<String> clientId = () -> "";

    EventWriter(Console console, EventFormat format) {
        this.console = console;
        this.format = format;
    }

    /** Each event names this client from now on. */
    void clientId(Supplier<String> id) {
        clientId = id;
    }

    @Override
    public void stateChanged(ClientState from, ClientState to, String reason) {
        Map<String, Object> event = event("state");
        event.put("from", from.name());
        event.put("to", to.name());
        event.put("reason", reason);
        write(event);
        if (to == ClientState.CLOSED) {
            closed.countDown();
        }
    }

    @Override
    public void taskReceived(TaskRequest task) {
        write(task(task, "received"));
    }

    @Override
    public void taskStarted(TaskRequest task) {
        write(task(task, "running"));
    }

    @Override
    public void taskFinished(TaskRequest task, TaskSummary summary) {
        Map<String, Object> event = task(task, "done");
        event.put("status", summary.status().name());
        event.put("reason", summary.reason());
        write(event);
    }

    @Override
    public void modelTransferred(TransferDirection direction, String modelId, long bytes, Duration duration) {
        Map<String, Object> event = event("transfer");
        event.put("direction", direction.name().toLowerCase(Locale.ROOT));
        event.put("model_id", modelId);
        event.put("bytes", bytes);
        event.put("seconds", duration.toNanos() / 1e9);
        write(event);
    }

    /** A counted record is stored: from here on it is promised. */
    void logged(long seq) {
        Map<String, Object> event = event("logged");
        event.put(SEQ, seq);
        write(event);
    }

    @Override
    public void recordSettled(RecordInfo record, Outcome outcome) {
        if (outcome instanceof Outcome.Delivered) {
            Map<String, Object> event = record("delivered", record);
            seq(record).ifPresent(seq -> event.put(SEQ, seq));
            write(event);
        } else if (outcome instanceof Outcome.Dropped dropped) {
            writeDropped(record, dropped.reason().name());
        } else if (outcome instanceof Outcome.Rejected rejected) {
            writeDropped(record, "REJECTED: " + Failures.oneLine(rejected.error()));
        }
    }

    private void writeDropped(RecordInfo record, String reason) {
        Map<String, Object> event = record("dropped", record);
        event.put("reason", reason);
        write(event);
    }

    private Map<String, Object> record(String name, RecordInfo record) {
        Map<String, Object> event = event(name);
        event.put("kind", record.kind().messageName());
        event.put("id", record.id());
        return event;
    }

    private static Optional<Long> seq(RecordInfo record) {
        return record.key().equals(SEQ)
                ? record.payload().map(NUMBER::matcher).filter(Matcher::find).map(found -> Long.valueOf(found.group(1)))
                : Optional.empty();
    }

    @Override
    public void error(EdgeException error) {
        Map<String, Object> event = event("error");
        event.put("code", error.code().name());
        event.put("message", Failures.oneLine(error));
        event.put("retryable", error.retryable());
        write(event);
    }

    /** Waits until the last event was written: events come on a thread of the client's, a little after what they tell of. */
    void awaitClosed(Duration atMost) {
        try {
            if (!closed.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                console.note("the last events of client " + clientId.get() + " did not arrive in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, Object> task(TaskRequest task, String step) {
        Map<String, Object> event = event("task");
        event.put("correlation_id", task.correlationId());
        event.put("type", task.type());
        event.put("step", step);
        return event;
    }

    private Map<String, Object> event(String name) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS));
        event.put("event", name);
        event.put("client", clientId.get());
        return event;
    }

    private void write(Map<String, Object> event) {
        console.line(format.line(event));
    }
}
