package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Memory;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.task.CallbackThreads;
import com.scaleoutsystems.edge.client.task.TaskAbortedException;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs the host's callbacks, on threads of its choice. */
final class CallbackRunner {

    /** Learns how a callback ended. Called on the client's strand. */
    interface Completion {

        /** The callback returned a result, or threw a failure. */
        void ended(TaskHandler.@Nullable Result result, @Nullable Failure failure);
    }

    /**
     * What a callback threw, as the client's strand may look at it. What the exception itself says is the host's code, and may wait for
     * the client.
     *
     * @param text describes it, or is what the host said of its abort
     * @param isAbort whether the callback stopped because of its abort
     * @param cure how to give the JVM more, if it ran out of memory; empty otherwise
     * @param logged shows it in the log, and runs no code of the host's
     * @param thrown is for whoever waits for the task, and can be printed
     */
    record Failure(String text, boolean isAbort, String cure, Throwable logged, Throwable thrown) {

        /** Asks the exception for all that. Called on the callback's thread. */
        static Failure of(Throwable thrown) {
            boolean isAbort = thrown instanceof TaskAbortedException;
            String said = isAbort ? Failures.message(thrown) : "";
            return new Failure(
                    said.isBlank() ? Failures.describe(thrown) : said,
                    isAbort,
                    Memory.ranOut(thrown) ? Memory.cure(thrown) : "",
                    Failures.loggable(thrown),
                    Failures.printable(thrown));
        }
    }

    private final String clientId;
    private final Env env;
    private final Strand strand;
    private final CallbackThreads threads;
    private final CallbackServices services;

    CallbackRunner(String clientId, Env env, Strand strand, CallbackThreads threads, CallbackServices services) {
        this.clientId = clientId;
        this.env = env;
        this.strand = strand;
        this.threads = threads;
        this.services = services;
    }

    /**
     * Lets a thread call the callback and close the model afterwards. Whoever takes the callback back closes the model, too. If no thread
     * can be had, this throws and the model stays open.
     *
     * @param begun runs when the callback is called: with an executor of the host's not before that gives it a thread; must not throw
     */
    Env.CallbackThread start(
            PreparedTask task,
            AbortControl abort,
            Optional<ScaleoutModel> model,
            Duration fetchTime,
            Runnable begun,
            Completion completion) {
        services.listeners().taskStarted(task.request());
        Optional<Instant> deadline = task.timeLimit().map(limit -> env.wall().plus(limit));
        CallbackContext context = new CallbackContext(task.request(), task.settings(), abort, deadline, services);
        TaskHandler.CallbackInput input = new TaskHandler.CallbackInput(model, context, fetchTime);
        String name = "scaleout-" + task.lane().name() + "-" + clientId + "-"
                + TaskTexts.shown(task.request().correlationId());
        boolean waits = threads.executor().isPresent();
        if (!waits) {
            begun.run();
        }
        Runnable body = () -> {
            if (waits) {
                begun.run();
            }
            run(task, input, context, completion);
        };
        return env.callback(threads, name, body, why -> refused(input, why, completion));
    }

    /** The host's executor does not take the callback. On any thread. */
    private void refused(TaskHandler.CallbackInput input, Throwable why, Completion completion) {
        Failure shown = Failure.of(why);
        Failure failure = new Failure(
                "no thread for the callback: " + shown.text(), false, shown.cure(), shown.logged(), shown.thrown());
        try {
            input.fetched().ifPresent(ScaleoutModel::close);
        } finally {
            strand.execute(() -> completion.ended(null, failure));
        }
    }

    /** On the callback's thread: the only place that catches everything, because the host's code may throw anything. */
    private void run(
            PreparedTask task, TaskHandler.CallbackInput input, CallbackContext context, Completion completion) {
        TaskHandler.Result result = null;
        Failure failure = null;
        Runnable unlabel = () -> {};
        Runnable leave = () -> {};
        try {
            unlabel = Loggers.enter(clientId, task.request().correlationId());
            leave = context.enter();
            result = inContext(task, input, context);
        } catch (Throwable thrown) {
            failure = Failure.of(thrown);
        } finally {
            TaskHandler.Result done = result;
            Failure why = failure;
            strand.execute(() -> completion.ended(done, why));
            // The host's tracer may block there: the task does not wait for it.
            leave.run();
            unlabel.run();
        }
    }

    private static TaskHandler.Result inContext(
            PreparedTask task, TaskHandler.CallbackInput input, CallbackContext context) throws Exception {
        try {
            return locked(task, input);
        } finally {
            context.end();
            input.fetched().ifPresent(ScaleoutModel::close);
        }
    }

    private static TaskHandler.Result locked(PreparedTask task, TaskHandler.CallbackInput input) throws Exception {
        Optional<Path> lockFile = task.lane().lockFile();
        if (lockFile.isEmpty()) {
            return task.handler().call(input);
        }
        ComputeLock lock = ComputeLock.acquire(lockFile.get());
        try {
            input.task().checkAbort();
            return task.handler().call(input);
        } finally {
            lock.close();
        }
    }
}
