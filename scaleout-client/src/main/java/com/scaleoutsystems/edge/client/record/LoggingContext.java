package com.scaleoutsystems.edge.client.record;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The model, round and session that metrics belong to, and the next step. Many threads may use it.
 *
 * <p>Steps follow the reference client. A new context starts at 0. A given step becomes the step of the context. After a call
 * that commits, the step grows by one.
 *
 * @since 0.1.0
 */
public final class LoggingContext {

    private final String modelId;
    private final String roundId;
    private final String sessionId;
    private int step;

    private LoggingContext(String modelId, String roundId, String sessionId, int step) {
        this.step = step;
        this.modelId = modelId;
        this.roundId = roundId;
        this.sessionId = sessionId;
    }

    /**
     * A context that starts at step 0.
     *
     * @param modelId the model that the metrics are of, or empty
     * @param roundId the round, or empty
     * @param sessionId the session, or empty
     * @return the context
     */
    public static LoggingContext of(String modelId, String roundId, String sessionId) {
        return startingAt(0, modelId, roundId, sessionId);
    }

    /**
     * A context that continues at a step, for example at that of an earlier run.
     *
     * @param step the first step, not negative
     * @param modelId the model that the metrics are of, or empty
     * @param roundId the round, or empty
     * @param sessionId the session, or empty
     * @return the context
     */
    public static LoggingContext startingAt(int step, String modelId, String roundId, String sessionId) {
        if (step < 0) {
            throw new IllegalArgumentException("step is " + step + "; it must not be negative");
        }
        return new LoggingContext(modelId, roundId, sessionId, step);
    }

    /**
     * The model that metrics are of; may be empty.
     *
     * @return the id
     */
    public String modelId() {
        return modelId;
    }

    /**
     * The round that metrics belong to; may be empty.
     *
     * @return the id
     */
    public String roundId() {
        return roundId;
    }

    /**
     * The session that metrics belong to; may be empty.
     *
     * @return the id
     */
    public String sessionId() {
        return sessionId;
    }

    /**
     * The step of the next call that gives none.
     *
     * @return the step
     */
    public synchronized int step() {
        return step;
    }

    /**
     * Takes the step for one call of {@code logMetric} and advances.
     *
     * @param given the call's own step, or empty for the context's
     * @param commit whether the next call gets the following step
     * @return the step to log with
     */
    public synchronized int advance(OptionalInt given, boolean commit) {
        int used = given.orElse(step);
        step = commit ? used + 1 : used;
        return used;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "LoggingContext[model " + modelId + ", round " + roundId + ", session " + sessionId + ", step " + step()
                + "]";
    }
}
