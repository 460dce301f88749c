package com.scaleoutsystems.edge.spring.internal;

import com.scaleoutsystems.edge.client.task.TaskTracer;
import com.scaleoutsystems.edge.opentelemetry.EdgeTracer;
import io.opentelemetry.api.OpenTelemetry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** The tracer of the application's client, if the application traces with OpenTelemetry. */
@AutoConfiguration(
        after = EdgeClientAutoConfiguration.class,
        afterName = {
            // Of Spring Boot 3 and 4.
            "org.springframework.boot.actuate.autoconfigure.opentelemetry.OpenTelemetryAutoConfiguration",
            "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration"
        })
@ConditionalOnClass(OpenTelemetry.class)
@ConditionalOnBean(EdgeClientLifecycle.class)
@ConditionalOnSingleCandidate(OpenTelemetry.class)
final class EdgeTracesAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(TaskTracer.class)
    EdgeTracer scaleoutEdgeTracer(OpenTelemetry openTelemetry, Environment environment) {
        return EdgeTracer.of(openTelemetry, new EdgeProperties(environment).label());
    }
}
