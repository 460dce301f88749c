package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;

/** Learns whether the combiner answers. Called on the client's strand. */
public interface Reachability {

    /** The combiner answered. */
    void reachable();

    /** The combiner did not answer. */
    void unreachable(EdgeException error);
}
