package com.scaleoutsystems.edge.testing;

import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The records that a client sent without a server, as a sandbox would have recorded them.
 *
 * @param clientId who sent them
 * @param bodies their contents in the order of their arrival
 */
record SentRecords(String clientId, List<RecordBody> bodies) {

    private <B extends RecordBody, R> List<R> all(Class<B> kind, Function<B, R> recorded) {
        return bodies.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .map(recorded)
                .toList();
    }

    /** The first record of a kind. */
    <B extends RecordBody> Optional<B> first(Class<B> kind) {
        return all(kind, body -> body).stream().findFirst();
    }

    List<Recorded.Metric> metrics() {
        return all(
                RecordBody.Metric.class,
                body -> new Recorded.Metric(
                        body.timestamp(),
                        clientId,
                        body.values(),
                        (long) body.step(),
                        body.modelId(),
                        body.roundId(),
                        body.sessionId(),
                        body.timestamp()));
    }

    List<Recorded.Status> statuses() {
        return all(
                RecordBody.StatusLine.class,
                body -> new Recorded.Status(
                        body.timestamp(), clientId, body.text(), body.level().name(), body.type(), body.timestamp()));
    }

    List<Recorded.Telemetry> telemetry() {
        return all(
                RecordBody.Telemetry.class,
                body -> new Recorded.Telemetry(
                        body.timestamp(),
                        clientId,
                        "",
                        body.key(),
                        Responses.object(body.payload()),
                        body.payload(),
                        body.timestamp()));
    }

    List<Recorded.Attribute> attributes() {
        return all(
                RecordBody.Attribute.class,
                body -> new Recorded.Attribute(
                        body.timestamp(),
                        clientId,
                        "",
                        body.key(),
                        Responses.object(body.payload()),
                        body.payload(),
                        body.timestamp()));
    }

    List<Recorded.InferenceResult> inferenceResults() {
        return all(
                RecordBody.Inference.class,
                body -> new Recorded.InferenceResult(
                        body.timestamp(),
                        clientId,
                        "",
                        body.key(),
                        Responses.object(body.payload()),
                        body.payload(),
                        body.inferenceId(),
                        body.modelId(),
                        body.timestamp()));
    }
}
