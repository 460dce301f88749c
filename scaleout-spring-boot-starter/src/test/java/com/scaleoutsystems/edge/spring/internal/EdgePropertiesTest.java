package com.scaleoutsystems.edge.spring.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientConfig;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class EdgePropertiesTest {

    @ParameterizedTest
    @ValueSource(strings = {"scaleout.edge.state-dir", "scaleout.edge.state_dir", "scaleout.edge.stateDir"})
    void everySpellingOfSpringSetsTheClientsSetting(String property) {
        EdgeClientConfig config = properties(Map.of(property, "somewhere")).config();

        assertThat(config.sets("state_dir")).isTrue();
        assertThat(config.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCALEOUT_EDGE_STATEDIR", "SCALEOUT_EDGE_STATE_DIR"})
    void variablesOfTheEnvironmentSetTheClientsSettings(String variable) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("systemEnvironment", Map.of(variable, "somewhere")));

        EdgeClientConfig config = new EdgeProperties(environment).config();

        assertThat(config.sets("state_dir")).isTrue();
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void aPropertyThatMeansNothingIsNamedInAWarning() {
        Map<String, Object> values = Map.of(
                "scaleout.edge.naem", "line-7", "scaleout.edge.enabled", "true", "scaleout.edge.close-budget", "20s");

        assertThat(properties(values).config().warnings())
                .containsExactly("scaleout.edge.naem is not known and has no effect; check its spelling");
    }

    @ParameterizedTest
    @CsvSource({"7, PT7S", "0.5, PT0.5S", "500ms, PT0.5S", "PT0.001S, PT0.001S", "2m, PT2M"})
    void timesAreSecondsOrHaveAUnit(String written, Duration expected) {
        Map<String, Object> values = Map.of("scaleout.edge.poll-interval", written);

        assertThat(properties(values).config().builder())
                .extracting("tasks", type(TaskSettings.class))
                .extracting(TaskSettings::pollInterval)
                .isEqualTo(expected);
    }

    @Test
    void hostsMayBeAListOrOneText() {
        for (Map<String, Object> hosts : List.<Map<String, Object>>of(
                Map.of("scaleout.edge.no-proxy", "a.example,b.example"),
                Map.of("scaleout.edge.no-proxy[0]", "a.example", "scaleout.edge.no-proxy[1]", "b.example"))) {
            Map<String, Object> values = new HashMap<>(hosts);
            values.put("scaleout.edge.proxy", "http://proxy.example");

            EdgeClientConfig config = properties(values).config();

            assertThat(config.warnings()).isEmpty();
            assertThat(config.network().proxy().orElseThrow().noProxy()).containsExactly("a.example", "b.example");
        }
    }

    @Test
    void aWrongValueIsToldWithItsProperty() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> properties(Map.of("scaleout.edge.poll-interval", "soon"))
                        .config()
                        .builder())
                .withMessage("scaleout.edge.poll-interval is 'soon'; expected a number of seconds above 0");
    }

    @Test
    void theStartWaitsForTheNetworkOnlyIfAPropertySaysSo() {
        assertThat(waits(Map.of())).isFalse();
        assertThat(waits(Map.of("scaleout.edge.wait-for-network", " "))).isFalse();
        for (String patience : new String[] {"forever", "90", "90s"}) {
            assertThat(waits(Map.of("scaleout.edge.wait-for-network", patience)))
                    .isTrue();
        }
    }

    private static boolean waits(Map<String, Object> values) {
        try (EdgeClient client =
                properties(values).config().builder().stateless().build()) {
            return client.waitsForNetwork();
        }
    }

    @Test
    void closingHasTheClientsOwnBudgetUnlessAPropertySaysOtherwise() {
        assertThat(properties(Map.of()).closeBudget()).isEqualTo(Duration.ofSeconds(10));
        assertThat(budget("20")).isEqualTo(Duration.ofSeconds(20));
        assertThat(budget("1500ms")).isEqualTo(Duration.ofMillis(1500));
        for (String wrong : new String[] {"soon", "0", "-1s"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> budget(wrong))
                    .withMessageContaining("scaleout.edge.close-budget is '" + wrong + "'");
        }
    }

    @Test
    void metersCallTheClientByItsNameOrAsTheApplication() {
        assertThat(properties(Map.of()).label()).isEqualTo("default");
        assertThat(properties(Map.of("spring.application.name", "press")).label())
                .isEqualTo("press");
        assertThat(properties(Map.of("spring.application.name", "press", "scaleout.edge.name", "line-7"))
                        .label())
                .isEqualTo("line-7");
    }

    private static Duration budget(String text) {
        return properties(Map.of("scaleout.edge.close-budget", text)).closeBudget();
    }

    private static EdgeProperties properties(Map<String, Object> values) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", values));
        return new EdgeProperties(environment);
    }
}
