package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.check.Memory;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.RecordLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Turns what the host logs into records. May be used from any thread. Bad input ends in a rejected receipt, never in an exception. The
 * records belong where the log's scope says.
 */
public class HostLog implements RecordLog {

    /** The task that records belong to, if there is one. */
    public interface Scope {

        /** Throws if the task was asked to stop. */
        void checkAbort();

        /** Where metrics belong, if that is known. */
        Optional<LoggingContext> logging();

        /** Where results of inference belong, if that is known. */
        Optional<InferenceContext> inference();
    }

    private static final Logger LOG = Loggers.of(Loggers.REPORT);

    private final Outbox outbox;
    private final Env env;
    private final Scope scope;
    private final AtomicBoolean warnedNotFinite;

    /** Logs into an outbox. */
    public HostLog(Outbox outbox, Env env, Scope scope) {
        this(outbox, env, scope, new AtomicBoolean());
    }

    /** Logs as another log does, in another scope. */
    protected HostLog(HostLog other, Scope scope) {
        this(other.outbox, other.env, scope, other.warnedNotFinite);
    }

    private HostLog(Outbox outbox, Env env, Scope scope, AtomicBoolean warnedNotFinite) {
        this.outbox = outbox;
        this.env = env;
        this.scope = scope;
        this.warnedNotFinite = warnedNotFinite;
    }

    @Override
    public Delivery logMetric(Map<String, ? extends Number> metrics, LogOptions options) {
        checkAbort(options);
        return options.loggingContext()
                .or(scope::logging)
                .map(context -> metric(metrics, context, options))
                .orElseGet(() -> withoutContext(
                        "metrics need a context: log them inside a callback, or give LogOptions.withContext(...)"));
    }

    private Delivery metric(Map<String, ? extends Number> metrics, LoggingContext context, LogOptions options) {
        return record(
                () -> {
                    Map<String, Float> values = new LinkedHashMap<>();
                    given("the map of metrics", metrics)
                            .forEach((key, value) -> values.put(required("a metric's name", key), number(key, value)));
                    return new RecordBody.Metric(
                            context.modelId(),
                            context.roundId(),
                            context.sessionId(),
                            env.wall(),
                            context.advance(options.step(), options.commit()),
                            values);
                },
                options);
    }

    @Override
    public Delivery logTelemetry(String key, Map<String, ?> payload, LogOptions options) {
        checkAbort(options);
        return record(
                () -> new RecordBody.Telemetry(
                        required("a telemetry key", key), json(key, given("the payload", payload)), env.wall()),
                options);
    }

    /** Logs measurements that combiners of the first generation get in one message, each under its name. */
    Delivery telemetryTogether(Map<String, ? extends Number> values) {
        return record(() -> new RecordBody.Telemetry("", json("telemetry", values), env.wall()), LogOptions.defaults());
    }

    @Override
    public Delivery logInferenceResult(String key, Map<String, ?> payload, LogOptions options) {
        return options.inferenceContext()
                .or(scope::inference)
                .map(context -> inferenceResult(key, payload, context, options))
                .orElseGet(
                        () -> withoutContext(
                                "results of inference need a context: log them inside an inference callback, or give an InferenceContext"));
    }

    private Delivery inferenceResult(String key, Map<String, ?> payload, InferenceContext context, LogOptions options) {
        return record(
                () -> new RecordBody.Inference(
                        required("the key of a result", key),
                        json(key, given("the payload", payload)),
                        context.inferenceId(),
                        context.modelId(),
                        env.wall()),
                options);
    }

    /** The receipt for a record that belongs nowhere. */
    private Delivery withoutContext(String cure) {
        return outbox.reject(new EdgeException(ErrorCode.INVALID_ARGUMENT, cure));
    }

    /** Sends the values of a prediction. */
    public Delivery prediction(RecordBody.Prediction prediction) {
        return record(() -> prediction, LogOptions.defaults());
    }

    @Override
    public Delivery logAttributes(Map<String, ?> attributes, LogOptions options) {
        checkAbort(options);
        Map<String, Object> copy;
        try {
            copy = new LinkedHashMap<>(given("the map of attributes", attributes));
        } catch (Throwable error) {
            return outbox.reject(unusable(error));
        }
        List<Delivery> parts = new ArrayList<>();
        copy.forEach((name, value) -> parts.add(attribute(name, value, options)));
        return new CombinedReceipt(env.newId(), parts);
    }

    /** Logs one fact; a value that is no map travels as {@code {"value": v}}, as with the reference client. */
    private Delivery attribute(String key, @Nullable Object value, LogOptions options) {
        return record(
                () -> {
                    Map<String, @Nullable Object> wrapped = new LinkedHashMap<>();
                    wrapped.put("value", value);
                    Object payload = value instanceof Map<?, ?> ? value : wrapped;
                    return new RecordBody.Attribute(
                            required("an attribute's name", key), json(key, payload), env.wall());
                },
                options);
    }

    @Override
    public Delivery sendStatus(String message, LogLevel level, LogOptions options) {
        return record(
                () -> new RecordBody.StatusLine(
                        given("the message", message), given("the level", level), options.statusType(), env.wall()),
                options);
    }

    private void checkAbort(LogOptions options) {
        if (options.checkTaskAbort()) {
            scope.checkAbort();
        }
    }

    /** JSON text; the first NaN or infinity is warned of. */
    public String json(String what, @Nullable Object value) {
        return Json.write(what, value, place -> {
            if (warnedNotFinite.compareAndSet(false, true)) {
                LOG.warn("{}, which JSON cannot express; the client sends such values as null (logged once)", place);
            }
        });
    }

    private Delivery record(Supplier<RecordBody> body, LogOptions options) {
        try {
            return outbox.log(body.get(), options.priorityClass());
        } catch (EdgeException error) {
            return outbox.reject(error);
        } catch (Throwable error) {
            // A host's map may throw anything, and memory may run out; a training loop must not fail for what it logs.
            return outbox.reject(unusable(error));
        }
    }

    private static EdgeException unusable(Throwable error) {
        return new EdgeException(
                Memory.ranOut(error) ? ErrorCode.RESOURCE_EXHAUSTED : ErrorCode.INVALID_ARGUMENT,
                "cannot be logged: " + Failures.describe(error),
                Failures.loggable(error));
    }

    private static String required(String what, @Nullable String text) {
        String present = given(what, text);
        if (present.isBlank()) {
            throw new EdgeException(ErrorCode.INVALID_ARGUMENT, what + " is blank");
        }
        return present;
    }

    /** A host whose compiler does not check for null may give it. */
    private static <T> T given(String what, @Nullable T value) {
        if (value == null) {
            throw new EdgeException(ErrorCode.INVALID_ARGUMENT, what + " is null");
        }
        return value;
    }

    private static float number(String key, @Nullable Number value) {
        if (value == null) {
            throw new EdgeException(ErrorCode.INVALID_ARGUMENT, "metric " + key + " is null; expected a number");
        }
        return value.floatValue();
    }
}
