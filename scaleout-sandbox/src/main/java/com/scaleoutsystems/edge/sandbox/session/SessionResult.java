package com.scaleoutsystems.edge.sandbox.session;

import java.util.List;

/**
 * The result of a session. Immutable. Only the sandbox creates results, so later releases may add methods.
 *
 * @since 0.1.0
 */
public interface SessionResult {
    /**
     * The id that the clients saw.
     *
     * @return the session's id
     */
    String sessionId();

    /**
     * How many rounds the session had.
     *
     * @return the number, at least 1
     */
    int finishedRounds();

    /**
     * The last rounds in order: of a long session the last 1,000, and fewer if they are large. The plan's listener hears
     * of each round.
     *
     * @return the rounds, at least one
     */
    List<RoundResult> rounds();

    /**
     * The model of the last round, which is in the sandbox.
     *
     * @return its id
     */
    default String modelId() {
        return rounds().get(rounds().size() - 1).modelId();
    }
}
