package com.scaleoutsystems.edge.client.record;

import java.util.Map;

/**
 * Where a host logs. The client is a log, and so is the context of each task: code that gets a log works with both.
 *
 * <p>Records belong to a task: those of a task's context to that task, those of the client to the task that the calling thread works for,
 * if there is one. {@link LogOptions} can name another context.
 *
 * <p>The methods may be called from any thread and never block. Bad input gives a receipt that says rejected. No method throws anything but
 * {@link com.scaleoutsystems.edge.client.task.TaskAbortedException}.
 */
public interface RecordLog {

    /**
     * Logs metrics of the task at its next step.
     *
     * @param metrics values by name; sent with single precision
     * @return what becomes of them; rejected if there is no context that they belong to
     * @throws com.scaleoutsystems.edge.client.task.TaskAbortedException if the task was asked to stop
     */
    default Delivery logMetric(Map<String, ? extends Number> metrics) {
        return logMetric(metrics, LogOptions.defaults());
    }

    /**
     * Logs metrics.
     *
     * @param metrics values by name; sent with single precision
     * @param options priority class, abort check, step, commit and context
     * @return what becomes of them; rejected if there is no context that they belong to
     * @throws com.scaleoutsystems.edge.client.task.TaskAbortedException if the task was asked to stop and the options check for it
     */
    Delivery logMetric(Map<String, ? extends Number> metrics, LogOptions options);

    /**
     * Logs one measurement of this node.
     *
     * @param key what was measured
     * @param payload the measurement; numbers, texts, booleans, lists and maps of these
     * @return what becomes of it
     * @throws com.scaleoutsystems.edge.client.task.TaskAbortedException if the task was asked to stop
     */
    default Delivery logTelemetry(String key, Map<String, ?> payload) {
        return logTelemetry(key, payload, LogOptions.defaults());
    }

    /**
     * Logs one measurement of this node.
     *
     * @param key what was measured
     * @param payload the measurement; numbers, texts, booleans, lists and maps of these
     * @param options priority class and abort check
     * @return what becomes of it
     * @throws com.scaleoutsystems.edge.client.task.TaskAbortedException if the task was asked to stop and the options check for it
     */
    Delivery logTelemetry(String key, Map<String, ?> payload, LogOptions options);

    /**
     * Logs facts about this node, one record for each.
     *
     * @param attributes values by name; numbers, texts, booleans, lists and maps of these
     * @return what becomes of them: delivered when all are
     * @throws com.scaleoutsystems.edge.client.task.TaskAbortedException if the task was asked to stop
     */
    default Delivery logAttributes(Map<String, ?> attributes) {
        return logAttributes(attributes, LogOptions.defaults());
    }

    /**
     * Logs facts about this node, one record for each.
     *
     * @param attributes values by name; numbers, texts, booleans, lists and maps of these
     * @param options priority class and abort check
     * @return what becomes of them: delivered when all are
     * @throws com.scaleoutsystems.edge.client.task.TaskAbortedException if the task was asked to stop and the options check for it
     */
    Delivery logAttributes(Map<String, ?> attributes, LogOptions options);

    /**
     * Logs a result of the task's inference.
     *
     * @param key what it is
     * @param payload the result; numbers, texts, booleans, lists and maps of these
     * @return what becomes of it; rejected if there is no context that it belongs to
     */
    default Delivery logInferenceResult(String key, Map<String, ?> payload) {
        return logInferenceResult(key, payload, LogOptions.defaults());
    }

    /**
     * Logs a result of an inference.
     *
     * @param key what it is
     * @param payload the result; numbers, texts, booleans, lists and maps of these
     * @param options priority class and context
     * @return what becomes of it; rejected if there is no context that it belongs to
     */
    Delivery logInferenceResult(String key, Map<String, ?> payload, LogOptions options);

    /**
     * Adds a line to the session log at level INFO.
     *
     * @param message the line
     * @return what becomes of it
     */
    default Delivery sendStatus(String message) {
        return sendStatus(message, LogLevel.INFO);
    }

    /**
     * Adds a line to the session log.
     *
     * @param message the line
     * @param level how weighty it is
     * @return what becomes of it
     */
    default Delivery sendStatus(String message, LogLevel level) {
        return sendStatus(message, level, LogOptions.defaults());
    }

    /**
     * Adds a line to the session log.
     *
     * @param message the line
     * @param level how weighty it is
     * @param options priority class and type
     * @return what becomes of it
     */
    Delivery sendStatus(String message, LogLevel level, LogOptions options);
}
