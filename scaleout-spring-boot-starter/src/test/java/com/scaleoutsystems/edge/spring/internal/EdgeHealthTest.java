package com.scaleoutsystems.edge.spring.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.event.QueueHealth;
import com.scaleoutsystems.edge.client.record.DropReason;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class EdgeHealthTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(EdgeHealthAutoConfiguration.class))
            .withBean(EdgeClient.class, () -> EdgeClient.builder().stateless().build());

    @Test
    void aClientThatWorksIsUpAndOneThatCannotTakeTasksIsOutOfService() {
        Health joining = Health.of(ClientState.JOINING, LinkQuality.OFFLINE).withLive(true);

        assertThat(ClientHealth.status(joining)).isEqualTo("OUT_OF_SERVICE");
        assertThat(ClientHealth.status(joining.withReady(true))).isEqualTo("UP");
        assertThat(ClientHealth.status(joining.withReady(true).withStoring(false)))
                .isEqualTo("DOWN");
        assertThat(ClientHealth.status(joining.withLive(false))).isEqualTo("DOWN");
    }

    @Test
    void aClientThatHasGivenUpJoiningIsDown() {
        Health built = Health.of(ClientState.NEW, LinkQuality.OFFLINE).withLive(true);

        assertThat(ClientHealth.status(built)).isEqualTo("OUT_OF_SERVICE");
        assertThat(ClientHealth.status(built.withTroubles(List.of("refused")))).isEqualTo("DOWN");
    }

    @Test
    void theDetailsAreAllThatTheClientTells() {
        Health health = Health.of(ClientState.CONNECTED, LinkQuality.HEALTHY)
                .withQueues(Map.of("default", QueueHealth.of(3, 500).withOldestAge(Duration.ofSeconds(7))))
                .withDropped(Map.of(DropReason.EXPIRED, 2L))
                .withSinceLastPoll(Duration.ofSeconds(5))
                .withRoundTrip(Duration.ofMillis(12));

        Map<String, Object> details = ClientHealth.details(health);

        assertThat(Stream.of(Health.class.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()) && method.getParameterCount() == 0)
                        .map(Method::getName)
                        .filter(name -> !name.equals("toString") && !name.equals("hashCode")))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(details.keySet()).anyMatch(key -> key.matches(name + "(Millis)?")));
        assertThat(details)
                .containsEntry(
                        "queues", Map.of("default", Map.of("records", 3L, "bytes", 500L, "oldestAgeSeconds", 7L)))
                .containsEntry("dropped", Map.of("EXPIRED", 2L))
                .containsEntry("roundTripMillis", 12L);
    }

    @Test
    void springBoot3HasItsOwnTypesForHealth() {
        application
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    var health = context.getBean(
                                    "scaleoutEdgeHealthIndicator",
                                    org.springframework.boot.actuate.health.HealthIndicator.class)
                            .health();
                    assertThat(health.getStatus().getCode()).isEqualTo("OUT_OF_SERVICE");
                    assertThat(health.getDetails())
                            .containsEntry("state", "NEW")
                            .containsKeys("queues", "troubles");
                });
    }

    @Test
    void springBoot4HasItsOwnTypesForHealth() {
        application
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    var health = context.getBean(
                                    "scaleoutEdgeHealthIndicator",
                                    org.springframework.boot.health.contributor.HealthIndicator.class)
                            .health();
                    assertThat(health.getStatus().getCode()).isEqualTo("OUT_OF_SERVICE");
                    assertThat(health.getDetails())
                            .containsEntry("state", "NEW")
                            .containsKeys("queues", "troubles");
                });
    }

    @Test
    void thePropertyOfAllIndicatorsSwitchesThisOneOff() {
        for (String version : new String[] {"org.springframework.boot.health", "org.springframework.boot.actuate"}) {
            application
                    .withClassLoader(new FilteredClassLoader(version))
                    .withPropertyValues("management.health.scaleout-edge.enabled=false")
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("scaleoutEdgeHealthIndicator"));
        }
    }

    @Test
    void aClosedClientIsDown() {
        application
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
                .run(context -> {
                    context.getBean(EdgeClient.class).close();

                    assertThat(context.getBean(org.springframework.boot.actuate.health.HealthIndicator.class)
                                    .health()
                                    .getStatus()
                                    .getCode())
                            .isEqualTo("DOWN");
                });
    }
}
