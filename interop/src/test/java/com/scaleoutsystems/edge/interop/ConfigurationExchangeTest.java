package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientConfig;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The reference's own commands and this SDK make the same of settings files and of the environment, but for what
 * {@code docs/configuration.md} says.
 */
@Tag("interop")
class ConfigurationExchangeTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A file that both understand alike, so that only the environment makes a difference. */
    private static final String PLAIN = "client_id: device-1\nname: clinic\napi_url: https://edge.example.com:8443\n";

    @RegisterExtension
    final PythonPeers peers = PythonPeers.ofRelease("1.1.0");

    @Test
    void bothMakeTheSameOfFiles() throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("plain.yaml", PLAIN);
        texts.put(
                "old-names.yaml",
                "client_id: device-1\ndiscover_host: edge.example.com\ndiscover_port: 8443\nname: clinic\n");
        texts.put("this-machine.yaml", "api_url: localhost\napi_port: 8092\nclient_id: device-1\n");
        texts.put("address.yaml", "api_url: 127.0.0.1:8092/scaleout/\nclient_id: '0123'\nname: \"Åsa\"\n");
        texts.put("path.yaml", "{api_url: 'https://edge.example.com/a/b', client_id: device-1, name: clinic}\n");
        texts.put("short-id.yaml", "# no name\napi_url: http://edge.example.com\nclient_id: a\n");
        texts.put("combiner.yaml", PLAIN + "combiner: c.example.com\ncombiner_port: 12080\n");
        texts.put("combiner-text.yaml", PLAIN + "combiner: c.example.com\ncombiner_port: '12080'\n");
        texts.put("nothing.yaml", PLAIN + "refresh_token: null\npreferred_combiner: null\ncombiner:\n");
        texts.put(
                "all.yaml",
                PLAIN + "preferred_combiner: combiner-2\nhelper_type: numpyhelper\npackage: local\n"
                        + "package_checksum: abc\nvalidator: true\ntrainer: true\n");

        JsonNode reference = resolve(Map.of(), write(texts)).get("files");

        assertThat(reference).hasSize(texts.size());
        for (String name : texts.keySet()) {
            assertThat(json(ResolvedConfiguration.file(read(name)))).as(name).isEqualTo(reference.get(name));
        }
    }

    static Stream<Map<String, String>> environments() {
        Map<String, String> root = Map.of("SCALEOUT_GRPC_ROOT_CERT_PATH", "root.pem");
        return Stream.of(
                Map.of(),
                with(
                        root,
                        Map.of(
                                "SCALEOUT_AUTH_TOKEN", "a-token",
                                "SCALEOUT_CUSTOM_URL_PREFIX", "scaleout",
                                "SCALEOUT_GRPC_SECURE", "true",
                                "SCALEOUT_TOKEN_CACHE_DIR", "tokens",
                                "SCALEOUT_PERSIST_TOKENS", "true",
                                "SCALEOUT_CLIENT_TASK_POLLING_INTERVAL", "3",
                                "SCALEOUT_CLIENT_STATUS_REPORTING", "true",
                                "SCALEOUT_CLIENT_SEND_TELEMETRY", "True",
                                "SCALEOUT_CLIENT_LEGACY_TELEMETRY", "TRUE")),
                with(
                        root,
                        Map.of(
                                "SCALEOUT_CUSTOM_URL_PREFIX", "a/b",
                                "SCALEOUT_GRPC_SECURE", "false",
                                "SCALEOUT_PERSIST_TOKENS", "False",
                                "SCALEOUT_CLIENT_TASK_POLLING_INTERVAL", "60",
                                "SCALEOUT_CLIENT_STATUS_REPORTING", "false",
                                "SCALEOUT_CLIENT_SEND_TELEMETRY", "FALSE",
                                "SCALEOUT_CLIENT_LEGACY_TELEMETRY", "false")),
                Map.of(
                        "SCALEOUT_GRPC_SECURE", "0",
                        "SCALEOUT_PERSIST_TOKENS", "no",
                        "SCALEOUT_CLIENT_STATUS_REPORTING", "no",
                        "SCALEOUT_CLIENT_SEND_TELEMETRY", "0",
                        "SCALEOUT_CLIENT_LEGACY_TELEMETRY", "0"));
    }

    @ParameterizedTest
    @MethodSource("environments")
    void bothMakeTheSameOfTheEnvironment(Map<String, String> variables) throws Exception {
        Map<String, String> here = inFolder(variables);
        Files.writeString(peers.folder().resolve("root.pem"), certificate());

        JsonNode reference = resolve(here, write(Map.of("plain.yaml", PLAIN)));

        // Without a folder of their own, tokens lie in the state directory here.
        ObjectNode environment = (ObjectNode) reference.get("environment");
        if (!variables.containsKey("SCALEOUT_TOKEN_CACHE_DIR")) {
            environment.putNull("token_dir");
        }
        assertThat(json(ResolvedConfiguration.environment(here))).isEqualTo(environment);
        // Only commands that ask the API as a person take this token in the reference; a client does here.
        ObjectNode file = (ObjectNode) reference.get("files").get("plain.yaml");
        file.set("token", environment.get("token"));
        EdgeClientConfig both = read("plain.yaml").overriddenBy(EdgeClientConfig.fromEnvironment(here));
        assertThat(json(ResolvedConfiguration.file(both))).isEqualTo(file);
    }

    @Test
    void bothKeepTheirFilesBelowTheHomeDirectoryThatTheEnvironmentNames() throws IOException {
        Path home = peers.folder().resolve("another-home");
        Map<String, String> variables = Map.of("SCALEOUT_HOME_DIR", home.toString());

        JsonNode reference = resolve(variables, write(Map.of("plain.yaml", PLAIN)));

        assertThat(Path.of(reference.at("/environment/token_dir").textValue())).startsWith(home.resolve(".scaleout"));
        try (EdgeClient client = read("plain.yaml")
                .overriddenBy(EdgeClientConfig.fromEnvironment(variables))
                .builder()
                .build()) {
            assertThat(client.stateDirectory().orElseThrow()).startsWith(home.resolve(".scaleout"));
        }
    }

    /** docs/configuration.md describes each of these, and docs/servers.md those that are faults. */
    @Test
    void filesAreReadOtherwiseInThesePlacesOnly() throws IOException {
        JsonNode reference = resolve(
                        Map.of(),
                        write(Map.of(
                                "token.yaml", PLAIN + "refresh_token: r\n",
                                "port.yaml", "client_id: a\napi_url: https://edge.example.com\napi_port: 8443\n",
                                "ports.yaml", "client_id: a\napi_url: edge.example.com:1\napi_port: 8443\n")))
                .get("files");

        assertDiffers(reference, "token.yaml", "token", null, "r");
        assertDiffers(reference, "port.yaml", "endpoint", at("edge.example.com"), at("edge.example.com:8443"));
        assertDiffers(reference, "ports.yaml", "endpoint", at("edge.example.com:8443"), at("edge.example.com:1"));
    }

    @Test
    void truthValuesThatTheReferenceTakesForAnythingAreRefused() throws IOException {
        Map<String, String> variables = Map.of(
                "SCALEOUT_GRPC_SECURE", "1",
                "SCALEOUT_PERSIST_TOKENS", "1",
                "SCALEOUT_CLIENT_STATUS_REPORTING", "yes",
                "SCALEOUT_CLIENT_SEND_TELEMETRY", "");

        JsonNode environment =
                resolve(variables, write(Map.of("plain.yaml", PLAIN))).get("environment");

        assertThat(environment.at("/tls/none").booleanValue()).isFalse();
        assertThat(environment.get("persist_tokens").booleanValue()).isTrue();
        assertThat(environment.get("task_statuses").booleanValue()).isFalse();
        assertThat(environment.get("node_telemetry").booleanValue()).isFalse();
        variables.forEach((name, value) -> {
            if (value.isEmpty()) {
                assertThat(ResolvedConfiguration.environment(Map.of(name, value)))
                        .isEqualTo(ResolvedConfiguration.environment(Map.of()));
            } else {
                assertThatThrownBy(() -> ResolvedConfiguration.environment(Map.of(name, value)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("%s is '%s'; expected true or false", name, value);
            }
        });
    }

    @Test
    void aClientThatTheReferenceEnrolledGoesOnInJava() throws IOException {
        try (Sandbox sandbox = Sandbox.builder().authentication(true).start()) {
            Path folder = peers.folder();
            JsonNode reference = JSON.readTree(peers.run(
                            "reference_configuration.py",
                            "enroll",
                            sandbox.restUri(),
                            sandbox.tokens().enrollment(),
                            folder))
                    .get("files");

            assertThat(reference).hasSize(3);
            for (Map.Entry<String, JsonNode> file : reference.properties()) {
                EdgeClientConfig config = read(file.getKey());
                assertThat(config.warnings()).isEmpty();
                assertThat(json(ResolvedConfiguration.file(config)))
                        .as(file.getKey())
                        .isEqualTo(file.getValue());
            }
            join(sandbox, read("device-1.yaml"));
        }
    }

    private static void join(Sandbox sandbox, EdgeClientConfig config) {
        try (EdgeClient client = config.builder().stateless().build()) {
            client.start();
            sandbox.awaitClients(1, MixedFederation.TIMEOUT);
            assertThat(sandbox.connectedClients()).containsExactly("device-1");
            assertThat(sandbox.recording().calls("POST /api/v1/clients/enroll")).hasSize(1);
            assertThat(sandbox.recording().calls("POST /api/v1/clients/add"))
                    .singleElement()
                    .extracting(RecordedCall::json)
                    .asString()
                    .contains("\"name\": \"clinic\"", "\"client_id\": \"device-1\"");
        }
    }

    private void assertDiffers(JsonNode reference, String file, String setting, String theirs, String ours) {
        ObjectNode there = (ObjectNode) reference.get(file);
        assertThat(there.get(setting).textValue()).as(file).isEqualTo(theirs);
        there.put(setting, ours);
        assertThat(json(ResolvedConfiguration.file(read(file)))).as(file).isEqualTo(there);
    }

    private static String at(String host) {
        return "https://" + host + "/api/v1/clients/add";
    }

    private JsonNode resolve(Map<String, String> variables, List<Path> files) throws IOException {
        return JSON.readTree(peers.run(
                variables,
                "reference_configuration.py",
                Stream.concat(Stream.of("resolve"), files.stream()).toArray()));
    }

    private List<Path> write(Map<String, String> texts) throws IOException {
        for (Map.Entry<String, String> text : texts.entrySet()) {
            Files.writeString(peers.folder().resolve(text.getKey()), text.getValue());
        }
        return texts.keySet().stream().map(peers.folder()::resolve).toList();
    }

    private EdgeClientConfig read(String name) {
        return EdgeClientConfig.fromFile(peers.folder().resolve(name));
    }

    /** Names of files and folders become those in the folder of this test. */
    private Map<String, String> inFolder(Map<String, String> variables) {
        Map<String, String> resolved = new LinkedHashMap<>(variables);
        for (String name : List.of("SCALEOUT_GRPC_ROOT_CERT_PATH", "SCALEOUT_TOKEN_CACHE_DIR")) {
            resolved.computeIfPresent(
                    name, (key, value) -> peers.folder().resolve(value).toString());
        }
        return resolved;
    }

    /** One that the JVM trusts, as PEM. */
    private static String certificate() throws GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init((KeyStore) null);
        X509Certificate any = ((X509TrustManager) trust.getTrustManagers()[0]).getAcceptedIssuers()[0];
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(any.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    private static Map<String, String> with(Map<String, String> some, Map<String, String> others) {
        Map<String, String> all = new LinkedHashMap<>(some);
        all.putAll(others);
        return all;
    }

    private static JsonNode json(Object value) {
        try {
            return JSON.readTree(JSON.writeValueAsString(value));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
