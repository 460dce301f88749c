package com.scaleoutsystems.edge.sandbox.internal.session;

import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.RoundResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The result of one round. */
record FinishedRound(
        int round,
        String modelId,
        List<Recorded.ModelUpdate> updates,
        List<Recorded.Validation> validations,
        Map<String, String> failures,
        Duration duration,
        long bytes,
        Map<String, Double> metrics)
        implements RoundResult {}
