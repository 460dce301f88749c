package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.FewLines;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import com.scaleoutsystems.edge.client.task.TaskTracer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The traces of the tasks that have not ended. Calls the host's tracer on threads that may block, never on the strand, and lets nothing out
 * that it throws: a tracer changes no task.
 */
final class TaskTraces {

    /** A task waits no longer for its trace. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Strand strand;
    private final TracerCalls calls;
    private final @Nullable TaskTracer tracer;
    private final FewLines lines;
    private final TraceHeaders legal;
    private final Map<String, Traced> traces = new ConcurrentHashMap<>();

    TaskTraces(TaskDependencies client) {
        this.strand = client.strand();
        this.calls = new TracerCalls(client.env().watchers());
        this.tracer = client.callbacks().tracer().orElse(null);
        this.lines = new FewLines(client.env(), Loggers.of(Loggers.TASK));
        this.legal = new TraceHeaders(lines);
    }

    /** A trace and what is sent of it; both are missing until it has begun, and for ever if that fails. */
    private static final class Traced {

        final CompletableFuture<@Nullable Void> begun = new CompletableFuture<>();
        volatile Map<String, String> headers = Map.of();
        volatile TaskTracer.@Nullable Trace trace;
    }

    /**
     * Begins a trace. Called on the strand.
     *
     * @return completes when the task may go on, and never fails; empty if there is no tracer
     */
    Optional<CompletionStage<@Nullable Void>> begin(TaskRequest request) {
        TaskTracer asked = tracer;
        if (asked == null) {
            return Optional.empty();
        }
        Traced traced = new Traced();
        traces.put(request.correlationId(), traced);
        begin(asked, request, traced);
        CompletableFuture<@Nullable Void> goOn = new CompletableFuture<>();
        Cancellable patience = strand.after(PATIENCE, () -> goOn.complete(null));
        var unused = traced.begun.whenComplete((done, error) -> {
            patience.cancel();
            goOn.complete(null);
        });
        return Optional.of(goOn);
    }

    private void begin(TaskTracer asked, TaskRequest request, Traced traced) {
        boolean begins = calls.begin(() -> {
            try {
                TaskTracer.Trace trace = Objects.requireNonNull(asked.begin(request), "the tracer gave no trace");
                traced.trace = trace;
                traced.headers = legal.legal(trace.headers());
            } catch (Throwable failure) {
                failed("to begin the trace", request.correlationId(), failure);
            } finally {
                traced.begun.complete(null);
            }
        });
        if (!begins) {
            traced.begun.complete(null);
        }
    }

    /** What is sent with the calls that are made for a task alone. From any thread. */
    Map<String, String> headers(String correlationId) {
        Traced traced = traces.get(correlationId);
        return traced == null ? Map.of() : traced.headers;
    }

    /** The calling thread works for this task until the result is run. */
    Runnable enter(String correlationId) {
        Traced traced = traces.get(correlationId);
        TaskTracer.Trace trace = traced == null ? null : traced.trace;
        AutoCloseable entered = trace == null
                ? null
                : guarded(
                        "to enter the trace",
                        correlationId,
                        trace,
                        entering -> Objects.requireNonNull(entering.enter(), "the tracer gave nothing to leave with"));
        return entered == null
                ? () -> {}
                : () -> guarded("to leave the trace", correlationId, entered, left -> {
                    left.close();
                    return null;
                });
    }

    /** The task has ended. One that had no trace gets one that ends at once. Called on the strand; never throws. */
    void end(TaskRequest request, TaskSummary summary) {
        TaskTracer asked = tracer;
        if (asked == null) {
            return;
        }
        Traced known = traces.remove(request.correlationId());
        Traced traced = known == null ? new Traced() : known;
        if (known == null) {
            begin(asked, request, traced);
        }
        var unused = traced.begun.whenComplete((done, error) -> {
            TaskTracer.Trace trace = traced.trace;
            if (trace != null) {
                calls.end(() -> guarded("to end the trace", request.correlationId(), trace, ended -> {
                    ended.end(summary);
                    return null;
                }));
            }
        });
    }

    /** A call of the host's code. */
    private interface Call<T, R> {
        @Nullable
        R on(T target) throws Exception;
    }

    private <T, R> @Nullable R guarded(String what, String correlationId, T target, Call<T, R> call) {
        try {
            return call.on(target);
        } catch (Throwable failure) {
            failed(what, correlationId, failure);
            return null;
        }
    }

    private void failed(String what, String correlationId, Throwable failure) {
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        lines.warn("the tracer failed {} of task {}; the task goes on without it", what, correlationId, failure);
    }
}
