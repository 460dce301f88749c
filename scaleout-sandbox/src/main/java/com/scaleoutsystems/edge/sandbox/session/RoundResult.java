package com.scaleoutsystems.edge.sandbox.session;

import com.scaleoutsystems.edge.sandbox.record.Recorded;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a round of a session gave. Lists and maps are in the order of the client ids.
 *
 * @param round the number of the round, from 1
 * @param modelId the averaged model; the sandbox holds it
 * @param updates the updates that went into it
 * @param validations the validations of it
 * @param failures by client id, why it has no part in the average, or, if it has, why its validation failed
 * @param duration from the first task to the last result
 * @param bytes how many bytes of models went over the wire meanwhile, both ways
 * @param metrics the numeric metrics of the validations, each averaged over the clients that gave it
 */
public record RoundResult(
        int round,
        String modelId,
        List<Recorded.ModelUpdate> updates,
        List<Recorded.Validation> validations,
        Map<String, String> failures,
        Duration duration,
        long bytes,
        Map<String, Double> metrics) {}
