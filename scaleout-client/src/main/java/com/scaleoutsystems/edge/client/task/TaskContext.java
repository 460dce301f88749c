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
 * What a callback knows about its task, and how it reports. The SDK implements it.
 *
 * <p>Any thread of the callback may use it until the callback has returned. Its records belong to the task.
 *
 * @since 0.1.0
 */
public interface TaskContext extends RecordLog {

    /**
     * The task as the combiner sent it.
     *
     * @return the request
     */
    TaskRequest request();

    /**
     * The server's settings for this task: {@code client_settings} of the task's data for training and validation, {@code
     * parameters} for inference and custom tasks. Empty if there are none. Values are numbers, texts, booleans, lists and maps of
     * these.
     *
     * @return the settings, unmodifiable
     */
    Map<String, Object> settings();

    /**
     * Whether the task was aborted. The call is cheap enough for inner loops.
     *
     * @return true from the moment of the abort on
     */
    boolean isAborted();

    /**
     * Why the task was aborted; empty if it was not.
     *
     * @return the reason, if any
     */
    Optional<AbortReason> abortReason();

    /**
     * Throws if the task was aborted; otherwise does nothing.
     *
     * @throws TaskAbortedException if the task was aborted
     */
    void checkAbort();

    /**
     * Runs the action once when the task is aborted, or at once if it already was. The action runs on a thread of the SDK. It never
     * runs after the callback has returned: the end of the task waits for a running action.
     *
     * @param action what to do; the SDK logs its exceptions
     */
    void onAbort(Runnable action);

    /**
     * When the client will abort the task because of its time limit, by the wall clock; empty if there is no limit.
     *
     * @return the time, if there is one
     */
    Optional<Instant> deadline();

    /**
     * A temporary directory for this task. The first call creates it, and the SDK deletes it with its content after the callback.
     *
     * @return the directory
     * @throws com.scaleoutsystems.edge.EdgeException IO if it cannot be created
     */
    Path scratchDirectory();

    /**
     * Reports the progress of the task to the client's listeners.
     *
     * @param fraction from 0 to 1
     * @throws IllegalArgumentException if it is anything else
     */
    void progress(double fraction);

    /**
     * Binds work to this task, so that it can run on another thread: {@link EdgeClient#checkTaskAbort()} and the current contexts
     * work there as on the callback's thread.
     *
     * @param work the work
     * @param <T> the type of its result
     * @return the same work, for any thread
     */
    <T extends @Nullable Object> Callable<T> bind(Callable<T> work);

    /**
     * The context of this inference's results; its id is the task's correlation id.
     *
     * @return the context
     */
    InferenceContext inferenceContext();

    /**
     * The context of this task's metrics, with their next step. Other threads may use it.
     *
     * @return the context
     */
    LoggingContext loggingContext();
}
