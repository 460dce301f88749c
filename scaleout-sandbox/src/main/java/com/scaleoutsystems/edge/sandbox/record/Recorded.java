package com.scaleoutsystems.edge.sandbox.record;

import com.scaleoutsystems.edge.Experimental;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that a client sent and the sandbox accepted, one record type for each kind of message.
 *
 * <p>Immutable. {@link #time()} is when the sandbox received it; the {@code timestamp} of most kinds is the client's
 * own, and {@code null} if the client sent none. JSON payloads are available both parsed and as sent.
 *
 * @since 0.1.0
 */
@Experimental
public sealed interface Recorded {
    /**
     * When the sandbox received it.
     *
     * @return the time by the sandbox's clock
     */
    Instant time();

    /**
     * Who sent it.
     *
     * @return the id of the client
     */
    String clientId();

    /**
     * The announcement of a trained model, {@code SendModelUpdate}.
     *
     * @param time when it was received
     * @param clientId who sent it
     * @param modelId the model that training started from
     * @param modelUpdateId the uploaded model
     * @param correlationId the task it answers
     * @param roundId the round of the task, empty outside of sessions
     * @param sessionId the session of the task, empty outside of sessions
     * @param timestamp the client's time
     * @param meta the metadata of the training, parsed; {@code training_metadata} contains {@code num_examples}
     * @param metaText the same as sent
     */
    record ModelUpdate(
            Instant time,
            String clientId,
            String modelId,
            String modelUpdateId,
            String correlationId,
            String roundId,
            String sessionId,
            @Nullable Instant timestamp,
            Map<String, Object> meta,
            String metaText)
            implements Recorded {}

    /**
     * The values of a prediction, {@code SendModelPrediction}; generation 1.0 only.
     *
     * @param time when it was received
     * @param clientId who sent it
     * @param modelId the model that predicted
     * @param correlationId the task it answers
     * @param sessionId the session of the task, empty outside of sessions
     * @param timestamp the client's time
     * @param values the values, parsed
     * @param valuesText the same as sent
     */
    record Prediction(
            Instant time,
            String clientId,
            String modelId,
            String correlationId,
            String sessionId,
            @Nullable Instant timestamp,
            Map<String, Object> values,
            String valuesText)
            implements Recorded {}

    /**
     * The result of a validation, {@code SendModelValidation}.
     *
     * @param time when it was received
     * @param clientId who sent it
     * @param modelId the validated model
     * @param correlationId the task it answers
     * @param sessionId the session of the task
     * @param timestamp the client's time
     * @param metrics the metrics by name, parsed
     * @param metricsText the same as sent
     */
    record Validation(
            Instant time,
            String clientId,
            String modelId,
            String correlationId,
            String sessionId,
            @Nullable Instant timestamp,
            Map<String, Object> metrics,
            String metricsText)
            implements Recorded {}

    /**
     * Metrics of a running task, {@code SendModelMetric}.
     *
     * @param time when it was received
     * @param clientId who sent it
     * @param values the metrics by name
     * @param step the step they belong to, {@code null} if the client named none
     * @param modelId the model of the task
     * @param roundId the round of the task
     * @param sessionId the session of the task
     * @param timestamp the client's time
     */
    record Metric(
            Instant time,
            String clientId,
            Map<String, Float> values,
            @Nullable Long step,
            String modelId,
            String roundId,
            String sessionId,
            @Nullable Instant timestamp)
            implements Recorded {}

    /**
     * A line for the session log, {@code SendStatus}.
     *
     * @param time when it was received
     * @param clientId who sent it
     * @param text the line
     * @param logLevel {@code NONE}, {@code INFO}, {@code DEBUG}, {@code WARNING}, {@code ERROR} or {@code AUDIT}
     * @param type what the line is about, such as {@code MODEL_UPDATE}
     * @param timestamp the client's time
     */
    record Status(
            Instant time,
            String clientId,
            String text,
            String logLevel,
            String type,
            @Nullable Instant timestamp) implements Recorded {}

    /**
     * A measurement of a node: a record of {@code StreamTelemetryRecord}, or one of the elements of a
     * {@code SendTelemetryMessage}. A record that a client sends twice appears twice, with the same id.
     *
     * @param time when it was received
     * @param clientId who sent it
     * @param recordId the id under which it is acknowledged
     * @param key what was measured
     * @param payload the measurement, parsed
     * @param payloadText the same as sent
     * @param timestamp the client's time
     */
    record Telemetry(
            Instant time,
            String clientId,
            String recordId,
            String key,
            Map<String, Object> payload,
            String payloadText,
            @Nullable Instant timestamp)
            implements Recorded {}

    /**
     * A fact about a node: a record of {@code StreamAttributeRecord}, or one of the elements of a
     * {@code SendAttributeMessage}. A record that a client sends twice appears twice, with the same id.
     *
     * @param time when it was received
     * @param clientId who sent it
     * @param recordId the id under which it is acknowledged, empty for an element of a message
     * @param key the name of the fact
     * @param payload the fact, parsed
     * @param payloadText the same as sent
     * @param timestamp the client's time
     */
    record Attribute(
            Instant time,
            String clientId,
            String recordId,
            String key,
            Map<String, Object> payload,
            String payloadText,
            @Nullable Instant timestamp)
            implements Recorded {}

    /**
     * A result of an inference, a record of {@code StreamInferenceResult}. A record that a client sends twice stands
     * here twice, with the same id.
     *
     * @param time when it was received
     * @param clientId who sent it
     * @param recordId the id under which it is acknowledged
     * @param key what the result is
     * @param payload the result, parsed
     * @param payloadText the same as sent
     * @param inferenceId the correlation id of the inference task
     * @param modelId the model that produced the result
     * @param timestamp the client's time
     */
    record InferenceResult(
            Instant time,
            String clientId,
            String recordId,
            String key,
            Map<String, Object> payload,
            String payloadText,
            String inferenceId,
            String modelId,
            @Nullable Instant timestamp)
            implements Recorded {}

    /**
     * A heartbeat, {@code SendHeartbeat}.
     *
     * @param time when it was received
     * @param clientId who sent it
     * @param interval when to expect the next one, {@code null} if the client does not say
     */
    record Heartbeat(
            Instant time, String clientId, @Nullable Duration interval) implements Recorded {}

    /**
     * How much a client still has to send, {@code SendBacklogReport}.
     *
     * @param time when it was received
     * @param clientId who sent it
     * @param waiting how many records wait
     * @param dropped how many records the client has dropped so far
     * @param oldestAge how long the oldest has waited, {@code null} if none waits
     */
    record BacklogReport(
            Instant time,
            String clientId,
            long waiting,
            long dropped,
            @Nullable Duration oldestAge) implements Recorded {}

    /**
     * A client's report of one task in a poll, one element of {@code PollAndReportAsync}.
     *
     * @param time when it was received
     * @param clientId who sent it
     * @param correlationId the task
     * @param status {@code PENDING}, {@code RUNNING}, {@code COMPLETED}, {@code FAILED} or {@code INTERRUPTED}
     * @param done whether the task has ended and this is its last report
     * @param response the task's result as JSON text, empty if there is none
     * @param commandType the type of an autonomous task, until the sandbox has acknowledged it, otherwise {@code null}
     * @param parameters JSON text with the command type, otherwise {@code null}
     * @param startedAt when the task started, by the client's clock
     * @param completedAt when the task ended, by the client's clock
     */
    record Report(
            Instant time,
            String clientId,
            String correlationId,
            String status,
            boolean done,
            String response,
            @Nullable String commandType,
            @Nullable String parameters,
            @Nullable Instant startedAt,
            @Nullable Instant completedAt)
            implements Recorded {}

    /**
     * A client that connects, disconnects or asks whether its version is accepted, {@code Announce}.
     *
     * @param time when it was received
     * @param clientId who sent it
     * @param type {@code Connect}, {@code Disconnect} or {@code VersionCheck}
     * @param parameters JSON text, empty if there is none
     */
    record Announcement(Instant time, String clientId, String type, String parameters) implements Recorded {}

    /**
     * A model that a client sent, {@code Upload}, stored or refused.
     *
     * @param time when the transfer ended
     * @param clientId who sent it
     * @param modelId the id under which it was sent
     * @param checksum the SHA-256 from the client, hex
     * @param bytes how many bytes arrived
     * @param chunks how many chunks arrived
     * @param largestChunk the size of the largest chunk in bytes
     * @param stored whether the model was stored
     * @param message the sandbox's answer
     */
    record Upload(
            Instant time,
            String clientId,
            String modelId,
            String checksum,
            long bytes,
            long chunks,
            long largestChunk,
            boolean stored,
            String message)
            implements Recorded {}

    /**
     * A model that a client downloaded, {@code Download}, recorded after the network has accepted all of it.
     *
     * @param time when the transfer ended
     * @param clientId who fetched it
     * @param modelId the model
     * @param bytes how many bytes were sent
     * @param chunks how many chunks were sent
     */
    record Download(Instant time, String clientId, String modelId, long bytes, long chunks) implements Recorded {}
}
