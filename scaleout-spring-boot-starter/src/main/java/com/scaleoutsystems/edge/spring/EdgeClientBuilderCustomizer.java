package com.scaleoutsystems.edge.spring;

import com.scaleoutsystems.edge.client.EdgeClientBuilder;

/**
 * A bean that changes the application's client before it is built: for settings that are no properties, such as lanes or signers. It
 * overrides the properties and the callbacks. If there are several, Spring's order decides which comes first.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface EdgeClientBuilderCustomizer {

    /**
     * Changes the client's builder. The thread that starts the application calls it once.
     *
     * @param builder the builder, with the properties, the callbacks and the listeners of the application
     */
    void customize(EdgeClientBuilder builder);
}
