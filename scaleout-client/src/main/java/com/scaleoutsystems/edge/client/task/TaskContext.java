package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.RecordLog;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What a callback knows of its task, and how it talks back. Implemented by the SDK.
 *
 * <p>May be used from any thread that the callback starts, until the callback has returned. What it logs belongs to the task.
 */
public interface TaskContext extends RecordLog {

    /**
     * The task as the combiner sent it.
     *
     * @return the request
     */
    TaskRequest request();

    /**
     * What the server gave along: for training and validation the {@code client_settings} of the task's data, for inference and
     * custom tasks the {@code parameters}; empty if there are none. Values are numbers, texts, booleans, lists and maps of these.
     *
     * @return the settings; not modifiable
     */
    Map<String, Object> settings();

    /**
     * Whether the task was asked to stop. Cheap: poll it in inner loops.
     *
     * @return true from the moment of the abort on
     */
    boolean isAborted();

    /**
     * Why the task was asked to stop; empty while it was not.
     *
     * @return the reason, if any
     */
    Optional<AbortReason> abortReason();

    /**
     * Throws if the task was asked to stop, else does nothing.
     *
     * @throws TaskAbortedException if the task was asked to stop
     */
    void checkAbort();

    /**
     * Calls the action once when the task is asked to stop; at once if it already was. Runs on a thread of the SDK, never after the
     * callback has returned: its end waits for an action that runs.
     *
     * @param action what to do; exceptions are logged
     */
    void onAbort(Runnable action);

    /**
     * When the task will be aborted for its time limit, by the wall clock; empty if its kind has none.
     *
     * @return the time, if there is one
     */
    Optional<Instant> deadline();

    /**
     * A directory of this task's own, made at the first call and deleted with all it holds after the callback has returned.
     *
     * @return the directory
     * @throws com.scaleoutsystems.edge.EdgeException IO if it cannot be made
     */
    Path scratchDirectory();

    /**
     * Tells the client's listeners how far the task has come.
     *
     * @param fraction from 0 to 1
     */
    void progress(double fraction);

    /**
     * Makes a piece of work run as part of this task on another thread: {@link EdgeClient#checkTaskAbort()} and the current contexts
     * work there as on the callback's own.
     *
     * @param work the work
     * @param <T> what it gives
     * @return the same work, to be called on any thread
     */
    <T extends @Nullable Object> Callable<T> bind(Callable<T> work);

    /**
     * Where results of this inference belong; its id is the task's correlation id.
     *
     * @return the context
     */
    InferenceContext inferenceContext();

    /**
     * Where metrics of this task belong, and their next step. May be carried to other threads.
     *
     * @return the context
     */
    LoggingContext loggingContext();
}
