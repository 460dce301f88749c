package com.scaleoutsystems.edge.opentelemetry;

import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import com.scaleoutsystems.edge.client.task.TaskTracer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A span of OpenTelemetry for each task of a client. The program's spans in the callback become its children, and the calls that the client
 * makes for the task carry its context, in the form that the program's propagators write. docs/monitoring.md lists the attributes.
 *
 * <pre>{@code
 * EdgeClient client = EdgeClient.builder()
 *         // ...
 *         .tracer(EdgeTracer.of(openTelemetry, "line-7"))
 *         .build();
 * }</pre>
 *
 * <p>A task begins a trace of its own: its request comes with no context. Thread-safe. What OpenTelemetry throws changes no task: the client
 * logs it.
 *
 * @since 0.1.0
 */
public final class EdgeTracer implements TaskTracer {

    private static final AttributeKey<String> CLIENT = AttributeKey.stringKey(Names.PREFIX + "client");
    private static final AttributeKey<String> KIND = AttributeKey.stringKey(Names.PREFIX + "task.kind");
    private static final AttributeKey<String> ID = AttributeKey.stringKey(Names.PREFIX + "task.id");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey(Names.PREFIX + "task.status");
    private static final AttributeKey<String> REASON = AttributeKey.stringKey(Names.PREFIX + "task.reason");
    private static final AttributeKey<Double> CALLBACK_TIME =
            AttributeKey.doubleKey(Names.PREFIX + "task.callback.duration");
    private static final AttributeKey<String> MODEL = AttributeKey.stringKey(Names.PREFIX + "model.id");
    private static final AttributeKey<String> SESSION = AttributeKey.stringKey(Names.PREFIX + "session.id");
    private static final AttributeKey<String> ROUND = AttributeKey.stringKey(Names.PREFIX + "round.id");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    /** A server chooses ids, and the program's exceptions choose reasons: longer ones are cut. */
    private static final int LONGEST = 1_000;

    private final OpenTelemetry openTelemetry;
    private final String client;

    private EdgeTracer(OpenTelemetry openTelemetry, String client) {
        this.openTelemetry = openTelemetry;
        this.client = client;
    }

    /**
     * A tracer.
     *
     * @param openTelemetry where the spans go, and what writes the headers of calls
     * @param client the value of the attribute {@code scaleout.edge.client}, which tells several clients of a program apart
     * @return the tracer, to be given to the client's builder
     */
    public static EdgeTracer of(OpenTelemetry openTelemetry, String client) {
        return new EdgeTracer(
                Objects.requireNonNull(openTelemetry, "openTelemetry"), Objects.requireNonNull(client, "client"));
    }

    @Override
    public Trace begin(TaskRequest task) {
        Tracer tracer = openTelemetry.getTracer(Names.SCOPE);
        Span span = tracer.spanBuilder("task " + Names.kind(task))
                .setNoParent()
                .setSpanKind(SpanKind.CONSUMER)
                .setAttribute(CLIENT, client)
                .setAttribute(KIND, Names.kind(task))
                .setAttribute(ID, cut(task.correlationId()))
                .startSpan();
        set(span, MODEL, task.modelId());
        set(span, SESSION, task.sessionId());
        set(span, ROUND, task.roundId());
        return new SpanOfTask(span, openTelemetry.getPropagators().getTextMapPropagator());
    }

    private static void set(Span span, AttributeKey<String> key, String value) {
        if (!value.isEmpty()) {
            span.setAttribute(key, cut(value));
        }
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    private record SpanOfTask(Span span, TextMapPropagator propagator) implements Trace {

        @Override
        public Map<String, String> headers() {
            Map<String, String> headers = new LinkedHashMap<>();
            // Some propagators write names in mixed case, which no call of gRPC can carry.
            propagator.inject(
                    Context.root().with(span),
                    headers,
                    (carrier, name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
            return headers;
        }

        @Override
        @SuppressWarnings("MustBeClosedChecker") // The client closes it.
        public AutoCloseable enter() {
            return Context.current().with(span).makeCurrent();
        }

        @Override
        public void end(TaskSummary summary) {
            span.setAttribute(STATUS, Names.of(summary.status()));
            set(span, REASON, summary.reason());
            summary.callbackTime().ifPresent(time -> span.setAttribute(CALLBACK_TIME, time.toNanos() / 1e9));
            if (summary.status() == TaskStatus.FAILED) {
                span.setAttribute(ERROR_TYPE, Names.of(summary.status()));
                span.setStatus(StatusCode.ERROR, cut(summary.reason()));
            }
            span.end();
        }
    }
}
