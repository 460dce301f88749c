package com.scaleoutsystems.edge.spring.internal;

import com.scaleoutsystems.edge.client.EdgeClient;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The health of the application's client, with the types of the Spring Boot that is there. All conditions of one class are loaded
 * together, so those that only one of the versions has are at the methods.
 */
@AutoConfiguration(after = EdgeClientAutoConfiguration.class)
@ConditionalOnSingleCandidate(EdgeClient.class)
final class EdgeHealthAutoConfiguration {

    private static final String BEAN = "scaleoutEdgeHealthIndicator";
    private static final String PROPERTY = "scaleout-edge";

    /** Spring Boot 3. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(org.springframework.boot.actuate.health.AbstractHealthIndicator.class)
    static final class Boot3 {

        @Bean(BEAN)
        @ConditionalOnMissingBean(name = BEAN)
        @org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator(PROPERTY)
        Boot3Indicator indicator(EdgeClient client) {
            return new Boot3Indicator(client);
        }

        static final class Boot3Indicator extends org.springframework.boot.actuate.health.AbstractHealthIndicator {

            private final EdgeClient client;

            Boot3Indicator(EdgeClient client) {
                this.client = client;
            }

            @Override
            protected void doHealthCheck(org.springframework.boot.actuate.health.Health.Builder builder) {
                ClientHealth health = ClientHealth.of(client);
                builder.status(health.status()).withDetails(health.details());
            }
        }
    }

    /** Spring Boot 4. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(org.springframework.boot.health.contributor.AbstractHealthIndicator.class)
    static final class Boot4 {

        @Bean(BEAN)
        @ConditionalOnMissingBean(name = BEAN)
        @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator(PROPERTY)
        Boot4Indicator indicator(EdgeClient client) {
            return new Boot4Indicator(client);
        }

        static final class Boot4Indicator extends org.springframework.boot.health.contributor.AbstractHealthIndicator {

            private final EdgeClient client;

            Boot4Indicator(EdgeClient client) {
                this.client = client;
            }

            @Override
            protected void doHealthCheck(org.springframework.boot.health.contributor.Health.Builder builder) {
                ClientHealth health = ClientHealth.of(client);
                builder.status(health.status()).withDetails(health.details());
            }
        }
    }
}
