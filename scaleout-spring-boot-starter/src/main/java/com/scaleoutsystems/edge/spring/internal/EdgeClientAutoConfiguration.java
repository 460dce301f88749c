package com.scaleoutsystems.edge.spring.internal;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.EdgeClientConfig;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.spring.EdgeClientBuilderCustomizer;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Makes the application's client from the properties {@code scaleout.edge.*} and the beans that are callbacks, listeners and
 * customizers, and starts and closes it with the application. docs/spring-boot.md lists the properties. Without effect if the
 * application has a bean of type {@link EdgeClient}, or if {@code scaleout.edge.enabled} is false.
 */
@AutoConfiguration
@ConditionalOnProperty(prefix = "scaleout.edge", name = EdgeProperties.ENABLED, matchIfMissing = true)
@ConditionalOnMissingBean(EdgeClient.class)
final class EdgeClientAutoConfiguration {

    /** The lifecycle closes it within the budget; this is for a context that fails before. */
    @Bean(destroyMethod = "close")
    EdgeClient scaleoutEdgeClient(
            Environment environment,
            ListableBeanFactory beans,
            ObjectProvider<EdgeClientListener> listeners,
            ObjectProvider<EdgeClientBuilderCustomizer> customizers) {
        EdgeClientConfig config = new EdgeProperties(environment).config();
        if (!config.sets("api_url")
                && !config.sets("combiner")
                && customizers.stream().findAny().isEmpty()) {
            throw new IllegalStateException(
                    "The client has no network to join: set the property scaleout.edge.api-url to the"
                            + " URL of its API, or scaleout.edge.enabled to false");
        }
        EdgeClientBuilder builder = config.builder();
        new CallbackBeans(beans).addTo(builder);
        listeners.orderedStream().forEach(builder::listener);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder.build();
    }

    @Bean
    EdgeClientLifecycle scaleoutEdgeClientLifecycle(EdgeClient scaleoutEdgeClient, Environment environment) {
        return new EdgeClientLifecycle(scaleoutEdgeClient, new EdgeProperties(environment).closeBudget());
    }
}
