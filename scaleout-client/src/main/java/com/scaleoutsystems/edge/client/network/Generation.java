package com.scaleoutsystems.edge.client.network;

/** Which generation of the protocol a combiner speaks. */
public enum Generation {
    /** Found out from the combiner's answers. */
    AUTO,
    /** Releases 1.0.0 and 1.0.1: one task at a time, models without a container, predictions. */
    V1_0,
    /** Releases 1.0.2 and later: many tasks at a time, containers, inference. */
    V1_1
}
