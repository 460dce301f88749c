package com.scaleoutsystems.edge.client.record;

import java.util.Map;

/**
 * Logs records. The client is a log, and so is the context of each task, so code that takes a log works with both.
 *
 * <p>Records belong to a task. Records of a task's context belong to that task. Records of the client belong to the task of the
 * calling thread, if there is one. {@link LogOptions} can name another context.
 *
 * <p>Any thread may call the methods, and they never block. The receipt of invalid input says rejected. The only exception that a
 * method throws is {@link com.scaleoutsystems.edge.client.task.TaskAbortedException}.
 *
 * @since 0.1.0
 */
public interface RecordLog {

    /**
     * Logs metrics of the task at its next step.
     *
     * @param metrics values by name; no name is blank; sent with single precision
     * @return their receipt; rejected if there is no context that they belong to
     * @throws com.scaleoutsystems.edge.client.task.TaskAbortedException if the task was aborted
     */
    default Delivery logMetric(Map<String, ? extends Number> metrics) {
        return logMetric(metrics, LogOptions.defaults());
    }

    /**
     * Logs metrics.
     *
     * @param metrics values by name; no name is blank; sent with single precision
     * @param options priority class, abort check, step, commit and context
     * @return their receipt; rejected if there is no context that they belong to
     * @throws com.scaleoutsystems.edge.client.task.TaskAbortedException if the task was aborted and the options check for it
     */
    Delivery logMetric(Map<String, ? extends Number> metrics, LogOptions options);

    /**
     * Logs one measurement of this node.
     *
     * @param key what was measured; not blank
     * @param payload the measurement; numbers, texts, booleans, lists and maps of these
     * @return its receipt
     * @throws com.scaleoutsystems.edge.client.task.TaskAbortedException if the task was aborted
     */
    default Delivery logTelemetry(String key, Map<String, ?> payload) {
        return logTelemetry(key, payload, LogOptions.defaults());
    }

    /**
     * Logs one measurement of this node.
     *
     * @param key what was measured; not blank
     * @param payload the measurement; numbers, texts, booleans, lists and maps of these
     * @param options priority class and abort check
     * @return its receipt
     * @throws com.scaleoutsystems.edge.client.task.TaskAbortedException if the task was aborted and the options check for it
     */
    Delivery logTelemetry(String key, Map<String, ?> payload, LogOptions options);

    /**
     * Logs facts about this node, one record for each.
     *
     * @param attributes values by name; no name is blank; numbers, texts, booleans, lists and maps of these
     * @return their receipt: delivered when all are
     * @throws com.scaleoutsystems.edge.client.task.TaskAbortedException if the task was aborted
     */
    default Delivery logAttributes(Map<String, ?> attributes) {
        return logAttributes(attributes, LogOptions.defaults());
    }

    /**
     * Logs facts about this node, one record for each.
     *
     * @param attributes values by name; no name is blank; numbers, texts, booleans, lists and maps of these
     * @param options priority class and abort check
     * @return their receipt: delivered when all are
     * @throws com.scaleoutsystems.edge.client.task.TaskAbortedException if the task was aborted and the options check for it
     */
    Delivery logAttributes(Map<String, ?> attributes, LogOptions options);

    /**
     * Logs a result of the task's inference.
     *
     * @param key what it is; not blank
     * @param payload the result; numbers, texts, booleans, lists and maps of these
     * @return its receipt; rejected if there is no context that it belongs to
     */
    default Delivery logInferenceResult(String key, Map<String, ?> payload) {
        return logInferenceResult(key, payload, LogOptions.defaults());
    }

    /**
     * Logs a result of an inference.
     *
     * @param key what it is; not blank
     * @param payload the result; numbers, texts, booleans, lists and maps of these
     * @param options priority class and context
     * @return its receipt; rejected if there is no context that it belongs to
     */
    Delivery logInferenceResult(String key, Map<String, ?> payload, LogOptions options);

    /**
     * Adds a line to the session log at level INFO.
     *
     * @param message the line
     * @return its receipt
     */
    default Delivery sendStatus(String message) {
        return sendStatus(message, LogLevel.INFO);
    }

    /**
     * Adds a line to the session log.
     *
     * @param message the line
     * @param level its level
     * @return its receipt
     */
    default Delivery sendStatus(String message, LogLevel level) {
        return sendStatus(message, level, LogOptions.defaults());
    }

    /**
     * Adds a line to the session log.
     *
     * @param message the line
     * @param level its level
     * @param options priority class and type
     * @return its receipt
     */
    Delivery sendStatus(String message, LogLevel level, LogOptions options);
}
