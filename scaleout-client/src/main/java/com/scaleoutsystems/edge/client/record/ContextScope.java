package com.scaleoutsystems.edge.client.record;

/** Ends a context of the calling thread and restores the former one. To be closed on the thread that began it. */
@FunctionalInterface
public interface ContextScope extends AutoCloseable {

    /** Restores the former context. */
    @Override
    void close();
}
