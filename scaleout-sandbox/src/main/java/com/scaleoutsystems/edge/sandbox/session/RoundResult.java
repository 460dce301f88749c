package com.scaleoutsystems.edge.sandbox.session;

import com.scaleoutsystems.edge.sandbox.record.Recorded;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The result of a round. Immutable; lists and maps are in the order of the client ids. Only the sandbox creates
 * results, so later releases may add methods.
 *
 * @since 0.1.0
 */
public interface RoundResult {
    /**
     * The number of the round.
     *
     * @return the number, from 1
     */
    int round();

    /**
     * The averaged model, which is in the sandbox.
     *
     * @return its id
     */
    String modelId();

    /**
     * The updates that went into the averaged model.
     *
     * @return the updates, at least one
     */
    List<Recorded.ModelUpdate> updates();

    /**
     * The validations of the averaged model.
     *
     * @return the validations; empty if the plan leaves validation out
     */
    List<Recorded.Validation> validations();

    /**
     * The clients that failed: a client has no part in the average, or it has and its validation failed.
     *
     * @return the reasons by client id
     */
    Map<String, String> failures();

    /**
     * How long the round took.
     *
     * @return the time from the first task to the last result
     */
    Duration duration();

    /**
     * How many bytes of models travelled during the round.
     *
     * @return the number, both ways
     */
    long bytes();

    /**
     * The numeric metrics of the validations.
     *
     * @return each metric, averaged over the clients that gave it
     */
    Map<String, Double> metrics();
}
