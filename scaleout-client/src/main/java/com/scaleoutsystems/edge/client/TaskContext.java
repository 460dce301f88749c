package com.scaleoutsystems.edge.client;

import java.util.Map;
import java.util.Optional;

/**
 * What a callback knows of its task, and how it talks back. Implemented by the SDK.
 *
 * <p>May be used from any thread that the callback starts, until the callback has returned.
 */
public interface TaskContext {

    /**
     * The task as the combiner sent it.
     *
     * @return the request
     */
    TaskRequest request();

    /**
     * The settings that the session gives to its clients: {@code client_settings} of the task's data, empty if there are none.
     * Values are numbers, texts, booleans, lists and maps of these.
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
     * Calls the action once when the task is asked to stop; at once if it already was. Runs on the SDK's listener thread, never
     * after the callback has returned.
     *
     * @param action what to do; exceptions are logged
     */
    void onAbort(Runnable action);

    /**
     * Where metrics of this task belong, and their next step. May be carried to other threads.
     *
     * @return the context
     */
    LoggingContext loggingContext();

    /**
     * Logs metrics of this task at its next step, from whatever thread.
     *
     * @param metrics values by name; sent with single precision
     * @return what becomes of them
     * @throws TaskAbortedException if the task was asked to stop
     */
    Delivery logMetric(Map<String, ? extends Number> metrics);

    /**
     * Logs metrics of this task.
     *
     * @param metrics values by name; sent with single precision
     * @param options step, commit and abort check; a context given there is ignored
     * @return what becomes of them
     * @throws TaskAbortedException if the task was asked to stop and the options check for it
     */
    Delivery logMetric(Map<String, ? extends Number> metrics, MetricOptions options);
}
