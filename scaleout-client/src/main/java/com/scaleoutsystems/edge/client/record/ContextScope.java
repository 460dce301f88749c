package com.scaleoutsystems.edge.client.record;

/**
 * Ends a context of the calling thread and restores the previous one. Close it on the thread that began it.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ContextScope extends AutoCloseable {

    /** Restores the previous context. */
    @Override
    void close();
}
