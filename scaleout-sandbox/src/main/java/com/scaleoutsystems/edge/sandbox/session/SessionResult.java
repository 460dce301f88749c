package com.scaleoutsystems.edge.sandbox.session;

import java.util.List;

/** What a session gave. Immutable. Made by the sandbox only: later releases may add methods. */
public interface SessionResult {
    /**
     * The id that the clients saw.
     *
     * @return the session's id
     */
    String sessionId();

    /**
     * The rounds in order.
     *
     * @return the rounds, at least one
     */
    List<RoundResult> rounds();

    /**
     * The model of the last round, which the sandbox holds.
     *
     * @return its id
     */
    default String modelId() {
        return rounds().get(rounds().size() - 1).modelId();
    }
}
