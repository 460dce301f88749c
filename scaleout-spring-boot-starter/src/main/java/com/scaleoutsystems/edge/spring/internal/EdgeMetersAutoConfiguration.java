package com.scaleoutsystems.edge.spring.internal;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.micrometer.EdgeMeters;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** The meters of the application's client, if the application has meters. They are a listener of the client, as any bean may be. */
@AutoConfiguration(
        after = EdgeClientAutoConfiguration.class,
        afterName = {
            // Of Spring Boot 3 and 4.
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(EdgeClientLifecycle.class)
@ConditionalOnSingleCandidate(MeterRegistry.class)
final class EdgeMetersAutoConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger("com.scaleoutsystems.edge.spring");

    @Bean
    @ConditionalOnMissingBean
    EdgeMeters scaleoutEdgeMeters(MeterRegistry registry, Environment environment) {
        return EdgeMeters.of(registry, new EdgeProperties(environment).label());
    }

    @Bean
    SmartInitializingSingleton scaleoutEdgeMetersWatch(EdgeMeters meters, EdgeClient client) {
        return () -> {
            try {
                meters.watch(client);
            } catch (RuntimeException | LinkageError e) {
                LOG.warn(
                        "the registry does not take the meters of the client's health; the client works without them",
                        e);
            }
        };
    }
}
