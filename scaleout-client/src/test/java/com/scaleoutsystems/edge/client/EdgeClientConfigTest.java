package com.scaleoutsystems.edge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.config.KnownSettings;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.network.CombinerTls;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.ProxySettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings from files and from the environment. */
class EdgeClientConfigTest {

    @TempDir
    Path folder;

    private EdgeClientConfig yaml(String text) throws IOException {
        return EdgeClientConfig.fromFile(Files.writeString(folder.resolve("client.yaml"), text));
    }

    private static ClientSettings settings(EdgeClientConfig config) {
        return config.builder().settings("made-id");
    }

    @Test
    void fileOfTheReferenceClientIsUnderstood() throws IOException {
        EdgeClientConfig config = yaml("""
                client_id: from-file
                discover_host: edge.example.com
                discover_port: 8443
                name: file-name
                refresh_token: r
                preferred_combiner: c9
                """);

        ClientSettings settings = settings(config);

        assertThat(config.warnings()).isEmpty();
        assertThat(settings.api()).contains(URI.create("https://edge.example.com:8443/"));
        assertThat(settings.name()).isEqualTo("file-name");
        assertThat(settings.preferredCombiner()).contains("c9");
        // The reference client loses the token of its own file.
        assertThat(settings.credential().reveal()).isEqualTo("r");
        assertThat(config.builder().settings("id").clientId()).isEqualTo("id");
    }

    static Stream<Arguments> writtenFiles() {
        List<Arguments> files = new ArrayList<>();
        for (JsonNode run : Vectors.part("cli/client", "runs")) {
            run.get("files_written")
                    .properties()
                    .forEach(file -> files.add(
                            Arguments.of(file.getKey(), file.getValue().textValue())));
        }
        assertThat(files).hasSizeGreaterThanOrEqualTo(3);
        return files.stream();
    }

    @ParameterizedTest
    @MethodSource("writtenFiles")
    void fileThatTheReferenceClientWritesIsUnderstood(String name, String text) throws IOException {
        EdgeClientConfig config = yaml(text);

        ClientSettings settings = settings(config);

        assertThat(config.warnings()).isEmpty();
        assertThat(settings.api()).map(URI::getHost).contains("h");
        assertThat(settings.name()).startsWith("dev");
        assertThat(settings.credential().isNone()).isEqualTo(text.contains("refresh_token: null"));
    }

    @Test
    void propertiesSayTheSame() throws IOException {
        Path file = Files.writeString(
                folder.resolve("client.properties"), "api_url = http://h:1\nname = å\npoll_interval = 0.5\n");

        ClientSettings settings = settings(EdgeClientConfig.fromFile(file));

        assertThat(settings.api()).contains(URI.create("http://h:1/"));
        assertThat(settings.name()).isEqualTo("å");
        assertThat(settings.tasks().pollInterval()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void everySettingReachesTheBuilder() throws IOException {
        ClientSettings settings = settings(yaml("""
                api_url: edge.example.com
                api_port: 8443
                url_prefix: /scaleout/
                token: secret
                client_id: 0123
                combiner: c.example.com
                combiner_port: 12080
                generation: 1.0
                wait_for_network: 90
                reassign_after: 45
                grpc_secure: True
                root_cert: root.pem
                client_cert: cert.pem
                client_key: key.pem
                proxy: http://user:pass@proxy:3128
                no_proxy: localhost, 10.0.0.0/8
                token_dir: tokens
                callback_threads: platform
                task_statuses: false
                node_telemetry: false
                legacy_telemetry: true
                max_bytes_per_second: 1048576
                max_records_per_second: 50
                """));

        assertThat(settings.api()).contains(URI.create("https://edge.example.com:8443/scaleout"));
        assertThat(settings.join().combiner()).contains(GrpcConnectionOptions.of("c.example.com", 12080));
        assertThat(settings.generation()).isEqualTo(Generation.V1_0);
        assertThat(settings.clientVersion()).isEqualTo("1.0.1");
        assertThat(settings.join().networkWait()).isEqualTo(Duration.ofSeconds(90));
        assertThat(settings.join().reassignAfter()).isEqualTo(Duration.ofSeconds(45));
        assertThat(settings.network().combinerTls()).isEqualTo(CombinerTls.REQUIRED);
        assertThat(settings.network().tls().trust()).contains(Path.of("root.pem"));
        assertThat(settings.network().tls().certificate()).contains(Path.of("cert.pem"));
        assertThat(settings.network().tls().privateKey()).contains(Path.of("key.pem"));
        assertThat(settings.network().proxy())
                .contains(ProxySettings.of("proxy", 3128)
                        .withLogin("user", "pass")
                        .withNoProxy(List.of("localhost", "10.0.0.0/8")));
        assertThat(settings.join().tokens().directory()).contains(Path.of("tokens"));
        assertThat(settings.reporting().taskStatuses()).isFalse();
        assertThat(settings.reporting().nodeTelemetry()).isFalse();
        assertThat(settings.reporting().legacyTelemetry()).isTrue();
        assertThat(settings.transfers().maxBytesPerSecond()).hasValue(1 << 20);
        assertThat(settings.reporting().maxRecordsPerSecond()).hasValue(50);
    }

    @Test
    void aLimitThatIsNoneNamesItsSetting() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> yaml("max_bytes_per_second: much").builder())
                .withMessageContaining("max_bytes_per_second")
                .withMessageContaining("'much'; expected a whole number");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> yaml("max_bytes_per_second: 5").builder())
                .withMessageContaining("max_bytes_per_second")
                .withMessageContaining("is 5; it must be at least 16384");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> yaml("max_records_per_second: 0").builder())
                .withMessageContaining("max_records_per_second")
                .withMessageContaining("is 0; it must be at least 1");
    }

    @Test
    void theWaitForTheNetworkMayHaveNoLimit() throws IOException {
        assertThat(settings(yaml("wait_for_network: forever")).join().networkWait())
                .isGreaterThan(Duration.ofDays(100_000));
    }

    @Test
    void idOfDigitsStaysAsItIsWritten() throws IOException {
        try (EdgeClient client =
                yaml("client_id: 0123\nstateless: true\n").builder().build()) {
            assertThat(client.clientId()).isEqualTo("0123");
        }
    }

    @Test
    void homeDirectoryHoldsTheDefaultStateDirectory() throws IOException {
        try (EdgeClient client = yaml("client_id: a\napi_url: http://h\nhome_dir: '" + folder + "'\n")
                .builder()
                .build()) {
            assertThat(folder.resolve(".scaleout/edge/h-a/client-id")).hasContent(client.clientId());
        }
    }

    @Test
    void environmentWinsOverTheFileAndTheBuilderOverBoth() throws IOException {
        EdgeClientConfig config = yaml("name: file\ntoken: file-token\npoll_interval: 7\n")
                .overriddenBy(EdgeClientConfig.fromEnvironment(
                        Map.of("SCALEOUT_AUTH_TOKEN", "env-token", "SCALEOUT_CLIENT_TASK_POLLING_INTERVAL", "3")));

        assertThat(settings(config).credential().reveal()).isEqualTo("env-token");
        assertThat(settings(config).tasks().pollInterval()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.builder().name("host").settings("id").name()).isEqualTo("host");
    }

    @ParameterizedTest
    @CsvSource({"auto, AUTO", "1.0, V1_0", "1.1, V1_1"})
    void environmentSetsTheGeneration(String text, Generation expected) {
        EdgeClientConfig config = EdgeClientConfig.fromEnvironment(Map.of("SCALEOUT_GENERATION", text));

        assertThat(settings(config).generation()).isEqualTo(expected);
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void portAndPrefixOfAUrlDoNotOutliveIt() throws IOException {
        EdgeClientConfig config = yaml("api_url: http://test\napi_port: 8092\nurl_prefix: scaleout\n");

        assertThat(settings(config.overriddenBy(yaml("api_url: https://real\n")))
                        .api())
                .contains(URI.create("https://real/"));
        assertThat(settings(config.overriddenBy(yaml("api_port: 8093\n"))).api())
                .contains(URI.create("http://test:8093/scaleout"));
    }

    @Test
    void environmentIsReadByItsPrefixAlone() {
        EdgeClientConfig config =
                EdgeClientConfig.fromEnvironment(Map.of("PATH", "/bin", "SCALEOUT_GRPC_SECURE", "", "name", "x"));

        assertThat(config.warnings()).isEmpty();
        assertThat(settings(config).network()).isEqualTo(NetworkProfile.defaults());
    }

    @Test
    void unknownNamesAreNamedInAWarning() throws IOException {
        assertThat(yaml("unknown_key: 1\nname: n\n").warnings())
                .singleElement()
                .asString()
                .contains("unknown_key in " + folder.resolve("client.yaml"), "not known");
        assertThat(yaml("helper_type: numpyhelper\n").warnings())
                .singleElement()
                .asString()
                .contains("helper_type", "a model says");
        assertThat(EdgeClientConfig.fromEnvironment(Map.of("SCALEOUT_NONSENSE", "1", "SCALEOUT_AUTH_SCHEME", "x"))
                        .warnings())
                .hasSize(2)
                .anySatisfy(warning -> assertThat(warning).contains("SCALEOUT_NONSENSE", "not known"))
                .anySatisfy(warning -> assertThat(warning).contains("SCALEOUT_AUTH_SCHEME", "Bearer"));
    }

    @ParameterizedTest
    @CsvSource({
        "poll_interval, soon, a number of seconds above 0",
        "poll_interval, 0, a number of seconds above 0",
        "poll_interval, 1e300, a number of seconds above 0",
        "wait_for_network, later, 'a number of seconds above 0, or forever'",
        "reassign_after, later, 'a number of seconds above 0, or forever'",
        "grpc_secure, 1, true or false",
        "task_statuses, 'yes', true or false",
        "persist_tokens, maybe, true or false",
        "stateless, 1, true or false",
    })
    void wrongValueNamesKeyValueAndWhatWasExpected(String key, String value, String expected) throws IOException {
        EdgeClientConfig config = yaml(key + ": '" + value + "'\n");

        assertThatThrownBy(config::builder)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("%s in %s is '%s'; expected %s", key, folder.resolve("client.yaml"), value, expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'api_url: ftp://h', api_url",
        "'api_url: \"http://\"', api_url",
        "'{api_url: h, api_port: 99999}', 1 to 65535",
        "'{combiner: c, combiner_port: x}', 1 to 65535",
        "'combiner: c', combiner_port",
        "'callback_threads: green', 'platform or virtual'",
        "'generation: 2', 'expected one of auto, 1.0, 1.1'",
        "'client_cert: c', belong together",
        "'client_key: c', belong together",
    })
    void wrongCombinationsSayWhatIsWrong(String text, String part) throws IOException {
        EdgeClientConfig config = yaml(text);

        assertThatThrownBy(config::builder)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(part)
                .hasMessageContaining("client.yaml");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- a\n- b\n",
                "text",
                "name: [a]\n",
                "name: {a: b}\n",
                "name: a\nname: b\n",
                "{",
                "a: b: c\n",
                "a: b\n---\na: c\n"
            })
    void fileThatHoldsSomethingElseIsRefused(String text) {
        assertThatThrownBy(() -> yaml(text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("client.yaml")
                .hasMessageContaining("expected one name and value a line");
    }

    @Test
    void emptyFileSaysNothing() throws IOException {
        assertThat(yaml("# nothing\n")).hasToString("EdgeClientConfig[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " null", " ~", " ''", "  # nothing"})
    void emptyValueCountsAsNotSet(String value) throws IOException {
        EdgeClientConfig config = yaml("name: n\ncombiner:" + value + "\ntoken:" + value + "\n");

        assertThat(config).hasToString("EdgeClientConfig[name]");
    }

    @Test
    void settingUnderTwoNamesIsRefused() {
        assertThatThrownBy(() -> yaml("api_url: http://a\ndiscover_host: http://b\n"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("api_url", "discover_host");
    }

    @Test
    void missingFileIsNamed() {
        assertThatThrownBy(() -> EdgeClientConfig.fromFile(Path.of("no/client.yaml")))
                .isInstanceOfSatisfying(
                        EdgeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO))
                .hasMessageContaining("no/client.yaml");
    }

    @Test
    void secretsAreNeverShown() throws IOException {
        String secret = "s3cr3t-with blanks";
        EdgeClientConfig config = yaml("token: '" + secret + "'\nproxy: 'ftp://u:" + secret.strip() + "@h'\n");

        assertThat(config).hasToString("EdgeClientConfig[proxy, token]");
        assertThatThrownBy(config::builder).hasMessageNotContaining("s3cr3t").hasMessageContaining("token in");
        assertThatThrownBy(() -> yaml("proxy: 'http://u:s3cr3t@'\n").builder()).hasMessageNotContaining("s3cr3t");
        assertThatThrownBy(() -> yaml("token: \"s3cr3t\n")).hasMessageNotContaining("s3cr3t");
    }

    @Test
    void documentListsExactlyTheVariablesThatTheCodeKnows() throws IOException {
        Map<String, String> effects = new TreeMap<>();
        Map<String, String> reasons = new TreeMap<>();
        for (List<String> row : tableRows("SCALEOUT_")) {
            for (String variable : codes(row.get(0))) {
                Optional<String> setting = codes(row.get(1)).stream().findFirst();
                setting.ifPresentOrElse(
                        name -> effects.put(variable, name),
                        () -> reasons.put(variable, row.get(2).replace("`", "")));
            }
        }

        assertThat(effects).isEqualTo(new TreeMap<>(KnownSettings.VARIABLES));
        assertThat(reasons).isEqualTo(new TreeMap<>(KnownSettings.IGNORED_VARIABLES));
    }

    @Test
    void documentListsExactlyTheNamesThatTheCodeKnows() throws IOException {
        List<String> names = new ArrayList<>();
        List<String> aliases = new ArrayList<>();
        Map<String, String> ignored = new LinkedHashMap<>();
        for (List<String> row : tableRows("[a-z]")) {
            if (row.size() == 3) {
                names.addAll(codes(row.get(0)));
                int alias = row.get(1).indexOf("(alias: ");
                aliases.addAll(alias < 0 ? List.of() : codes(row.get(1).substring(alias)));
            } else {
                codes(row.get(0)).forEach(name -> ignored.put(name, row.get(1)));
            }
        }

        assertThat(names).isEqualTo(KnownSettings.NAMES);
        assertThat(aliases).containsExactlyInAnyOrderElementsOf(KnownSettings.ALIASES.keySet());
        assertThat(ignored.keySet()).isEqualTo(KnownSettings.IGNORED_NAMES.keySet());
    }

    @Test
    void propertiesOfAFrameworkAreSettingsAndMessagesNameTheProperties() {
        EdgeClientConfig config = EdgeClientConfig.fromProperties(
                Map.of(
                        "edge.api-url",
                        "https://edge.example.org",
                        "edge.client_id",
                        "7",
                        "edge.naem",
                        "x",
                        "name",
                        "no"),
                "edge.");

        assertThat(EdgeClientConfig.settingNames().stream().filter(config::sets))
                .containsExactly("api_url", "client_id");
        assertThat(config.warnings()).containsExactly("edge.naem is not known and has no effect; check its spelling");
        assertThatThrownBy(() -> EdgeClientConfig.fromProperties(Map.of("edge.poll-interval", "soon"), "edge.")
                        .builder())
                .hasMessageContaining("edge.poll-interval is 'soon'");
        assertThatThrownBy(() ->
                        EdgeClientConfig.fromProperties(Map.of("edge.state-dir", "a", "edge.state_dir", "b"), "edge."))
                .hasMessageContaining("edge.state-dir and edge.state_dir are the same setting");
        assertThat(EdgeClientConfig.fromProperties(Map.of("edge.name", " "), "edge.")
                        .sets("name"))
                .isFalse();
    }

    /** The rows of the document's tables whose first cell begins with a code like this, cut into cells. */
    private static List<List<String>> tableRows(String first) throws IOException {
        Pattern row = Pattern.compile("\\| `" + first + ".*\\|");
        try (Stream<String> lines = Files.lines(Path.of("..", "docs", "configuration.md"))) {
            List<List<String>> rows = lines.filter(line -> row.matcher(line).matches())
                    .map(line -> Stream.of(line.substring(1, line.length() - 1).split("\\|", -1))
                            .map(String::strip)
                            .toList())
                    .toList();
            assertThat(rows).isNotEmpty();
            return rows;
        }
    }

    private static List<String> codes(String cell) {
        return Pattern.compile("`([^`]+)`")
                .matcher(cell)
                .results()
                .map(code -> code.group(1))
                .toList();
    }
}
