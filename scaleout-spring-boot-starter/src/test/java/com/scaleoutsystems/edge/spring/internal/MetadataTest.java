package com.scaleoutsystems.edge.spring.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.client.EdgeClientConfig;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.TokenSettings;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.DurationStyle;

/** The metadata that IDEs read, against the settings of the client and against docs/spring-boot.md. */
class MetadataTest {

    private static final Map<String, String> WRONG = Map.of(
            "java.lang.Boolean",
            "perhaps",
            "java.lang.Integer",
            "many",
            "java.lang.Long",
            "lots",
            "java.time.Duration",
            "soon");
    private static final Set<String> TYPES = Set.of(
            "java.lang.String",
            "java.lang.Boolean",
            "java.lang.Integer",
            "java.lang.Long",
            "java.nio.file.Path",
            "java.time.Duration",
            "java.util.List<java.lang.String>");

    private final Map<String, JsonNode> properties = properties();

    @Test
    void eachSettingOfTheClientIsDescribedAndNoOther() {
        List<String> expected = new ArrayList<>(List.of("scaleout.edge.enabled", "scaleout.edge.close-budget"));
        EdgeClientConfig.settingNames().stream().map(EdgeProperties::property).forEach(expected::add);

        assertThat(properties.keySet()).containsExactlyElementsOf(expected);
        assertThat(properties.values()).allSatisfy(property -> {
            assertThat(property.path("description").asText()).endsWith(".");
            assertThat(property.path("type").asText()).isIn(TYPES);
        });
    }

    @Test
    void theTypesAreTheOnesThatTheClientTakes() {
        for (String name : EdgeClientConfig.settingNames()) {
            String property = EdgeProperties.property(name);
            String type = properties.get(property).path("type").asText();
            String wrong = WRONG.get(type);
            if (wrong != null) {
                Map<String, String> values = new LinkedHashMap<>(Map.of(property, wrong));
                // Ports count only with a host.
                values.put(EdgeProperties.PREFIX + "api-url", "http://a.example");
                values.put(EdgeProperties.PREFIX + "combiner", "b.example");
                values.putIfAbsent(EdgeProperties.PREFIX + "combiner-port", "7");
                assertThatIllegalArgumentException()
                        .as(property)
                        .isThrownBy(() -> EdgeClientConfig.fromProperties(values, EdgeProperties.PREFIX)
                                .builder())
                        .withMessageContaining(property);
            }
        }
    }

    @Test
    void theDefaultsAreTheClientsOwn() {
        ReportingSettings reporting = ReportingSettings.defaults();
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("scaleout.edge.enabled", true);
        expected.put("scaleout.edge.close-budget", "10s");
        expected.put("scaleout.edge.generation", Generation.AUTO.text());
        expected.put("scaleout.edge.reassign-after", "30s");
        expected.put("scaleout.edge.grpc-secure", false);
        expected.put("scaleout.edge.stateless", false);
        expected.put("scaleout.edge.persist-tokens", !TokenSettings.defaults().equals(TokenSettings.inMemory()));
        expected.put(
                "scaleout.edge.poll-interval",
                DurationStyle.SIMPLE.print(TaskSettings.defaults().pollInterval(), ChronoUnit.SECONDS));
        expected.put("scaleout.edge.callback-threads", "platform");
        expected.put("scaleout.edge.task-statuses", reporting.taskStatuses());
        expected.put("scaleout.edge.node-telemetry", reporting.nodeTelemetry());
        expected.put("scaleout.edge.legacy-telemetry", reporting.legacyTelemetry());

        Map<String, Object> found = new LinkedHashMap<>();
        properties.forEach((name, property) -> {
            JsonNode value = property.path("defaultValue");
            if (!value.isMissingNode()) {
                found.put(name, value.isBoolean() ? (Object) value.asBoolean() : value.asText());
            }
        });
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void thePageListsTheSameProperties() throws IOException {
        Pattern row = Pattern.compile("\\| `(scaleout\\.edge\\.[a-z-]+)` \\|([^|]*)\\|([^|]*)\\|");
        Map<String, String> rows = new LinkedHashMap<>();
        try (Stream<String> lines = Files.lines(Path.of("..", "docs", "spring-boot.md"))) {
            lines.map(row::matcher).filter(Matcher::matches).forEach(found -> {
                rows.put(found.group(1), found.group(2).strip().replace("`", ""));
                assertThat(found.group(3)).as(found.group(1)).isNotBlank();
            });
        }
        Map<String, String> expected = new LinkedHashMap<>();
        properties.forEach((name, property) ->
                expected.put(name, property.path("defaultValue").asText("")));

        assertThat(new ArrayList<>(rows.entrySet())).isEqualTo(new ArrayList<>(expected.entrySet()));
    }

    private static Map<String, JsonNode> properties() {
        try (InputStream in = MetadataTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            Map<String, JsonNode> properties = new LinkedHashMap<>();
            for (JsonNode property : new ObjectMapper().readTree(in).path("properties")) {
                properties.put(property.path("name").asText(), property);
            }
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
