package com.scaleoutsystems.edge.sandbox.session;

import java.util.List;

/**
 * What a session gave.
 *
 * @param sessionId the id that the clients saw
 * @param rounds the rounds in order, at least one
 */
public record SessionResult(String sessionId, List<RoundResult> rounds) {
    /**
     * The model of the last round.
     *
     * @return its id; the sandbox holds it
     */
    public String modelId() {
        return rounds.get(rounds.size() - 1).modelId();
    }
}
