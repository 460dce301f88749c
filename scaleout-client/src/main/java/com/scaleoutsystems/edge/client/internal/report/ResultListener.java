package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.record.Outcome;
import java.util.Map;

/** Learns how the results of tasks end. */
public interface ResultListener {

    /**
     * The outcome of a result is known.
     *
     * @param batch the batch that removes the record; what the listener adds is committed with it
     * @return what to do after that commit
     */
    Runnable settle(String correlationId, Outcome outcome, Batch batch);

    /** What to send with the calls for a task's result. */
    default Map<String, String> headers(String correlationId) {
        return Map.of();
    }
}
