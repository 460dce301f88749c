package com.scaleoutsystems.edge.client.internal.core;

/** Something that has not happened yet and can be called off. */
@FunctionalInterface
public interface Cancellable {

    /** Calls it off; does nothing if it already happened. */
    void cancel();
}
