package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.MetricOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what the host logs into records. From any thread; bad input ends in a rejected receipt, never in an exception. */
public final class HostLog {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.REPORT);

    private final Outbox outbox;
    private final Env env;
    private final AtomicBoolean warnedNotFinite = new AtomicBoolean();

    /** Logs into the given outbox. */
    public HostLog(Outbox outbox, Env env) {
        this.outbox = outbox;
        this.env = env;
    }

    /** Logs metrics at the context's next step, or at the one that the options give. */
    public Delivery metric(Map<String, ? extends Number> metrics, LoggingContext context, MetricOptions options) {
        return record(() -> {
            Map<String, Float> values = new LinkedHashMap<>();
            metrics.forEach((key, value) -> values.put(required("a metric's name", key), number(key, value)));
            return new RecordBody.Metric(
                    context.modelId(),
                    context.roundId(),
                    context.sessionId(),
                    env.wall(),
                    context.advance(options.step(), options.commit()),
                    values);
        });
    }

    /** The receipt for metrics that belong nowhere. */
    public Delivery metricWithoutContext() {
        return outbox.reject(new EdgeException(
                ErrorCode.INVALID_ARGUMENT,
                "metrics need a context: log them inside a callback, or give MetricOptions.withContext(...)"));
    }

    /** Adds a line to the session log. */
    public Delivery status(String text, LogLevel level, String type) {
        return record(() -> new RecordBody.StatusLine(text, level, type, env.wall()));
    }

    /** Logs one measurement. */
    public Delivery telemetry(String key, Map<String, ?> payload) {
        return telemetry(key, payload, Optional.empty());
    }

    /** Logs one measurement in a priority class, or in that of its kind. */
    public Delivery telemetry(String key, Map<String, ?> payload, Optional<String> priorityClass) {
        return record(
                () -> new RecordBody.Telemetry(required("a telemetry key", key), json(key, payload), env.wall()),
                priorityClass);
    }

    /** Logs measurements that combiners of the first generation get in one message, each under its name. */
    Delivery telemetryTogether(Map<String, ? extends Number> values) {
        return record(() -> new RecordBody.Telemetry("", json("telemetry", values), env.wall()));
    }

    /** Logs one result of an inference. */
    public Delivery inferenceResult(String key, Map<String, ?> payload, InferenceContext context) {
        return inferenceResult(key, payload, context, Optional.empty());
    }

    /** Logs one result of an inference in a priority class, or in that of its kind. */
    public Delivery inferenceResult(
            String key, Map<String, ?> payload, InferenceContext context, Optional<String> priorityClass) {
        return record(
                () -> new RecordBody.Inference(
                        required("the key of a result", key),
                        json(key, payload),
                        context.inferenceId(),
                        context.modelId(),
                        env.wall()),
                priorityClass);
    }

    /** The receipt for a result of an inference that belongs nowhere. */
    public Delivery inferenceWithoutContext() {
        return outbox.reject(
                new EdgeException(
                        ErrorCode.INVALID_ARGUMENT,
                        "results of inference need a context: log them inside an inference callback, or give an InferenceContext"));
    }

    /** Sends the values of a prediction. */
    public Delivery prediction(RecordBody.Prediction prediction) {
        return record(() -> prediction);
    }

    /** Logs facts, one record for each. */
    public Delivery attributes(Map<String, ?> attributes) {
        return attributes(attributes, Optional.empty());
    }

    /** Logs facts in a priority class, or in that of their kind. */
    public Delivery attributes(Map<String, ?> attributes, Optional<String> priorityClass) {
        Map<String, Object> copy;
        try {
            copy = new LinkedHashMap<>(attributes);
        } catch (RuntimeException error) {
            return outbox.reject(new EdgeException(ErrorCode.INVALID_ARGUMENT, "cannot be logged: " + error, error));
        }
        List<Delivery> parts = new ArrayList<>();
        copy.forEach((name, value) -> parts.add(attribute(name, value, priorityClass)));
        return new CombinedReceipt(env.newId(), parts);
    }

    /** Logs one fact; a value that is no map travels as {@code {"value": v}}, as with the reference client. */
    private Delivery attribute(String key, @Nullable Object value, Optional<String> priorityClass) {
        return record(
                () -> {
                    Map<String, @Nullable Object> wrapped = new LinkedHashMap<>();
                    wrapped.put("value", value);
                    Object payload = value instanceof Map<?, ?> ? value : wrapped;
                    return new RecordBody.Attribute(
                            required("an attribute's name", key), json(key, payload), env.wall());
                },
                priorityClass);
    }

    /** JSON text; the first NaN or infinity is warned of. */
    public String json(String what, @Nullable Object value) {
        return Json.write(what, value, place -> {
            if (warnedNotFinite.compareAndSet(false, true)) {
                LOG.warn("{}, which JSON cannot hold: such values are sent as null (said once)", place);
            }
        });
    }

    private Delivery record(Supplier<RecordBody> body) {
        return record(body, Optional.empty());
    }

    private Delivery record(Supplier<RecordBody> body, Optional<String> priorityClass) {
        try {
            return outbox.log(body.get(), priorityClass);
        } catch (EdgeException error) {
            return outbox.reject(error);
        } catch (RuntimeException error) {
            // A host's map may throw anything; a training loop must not fail for what it logs.
            return outbox.reject(new EdgeException(ErrorCode.INVALID_ARGUMENT, "cannot be logged: " + error, error));
        }
    }

    private static String required(String what, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            throw new EdgeException(ErrorCode.INVALID_ARGUMENT, what + " is empty");
        }
        return text;
    }

    private static float number(String key, @Nullable Number value) {
        if (value == null) {
            throw new EdgeException(ErrorCode.INVALID_ARGUMENT, "metric " + key + " is null; expected a number");
        }
        return value.floatValue();
    }
}
