package com.scaleoutsystems.edge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the reference's {@code client} commands make of their options, our builder makes of the same settings. */
class ClientCommandVectorsTest {

    private static final String OLD_KEYS = """
            client_id: from-file
            discover_host: edge.example.com
            discover_port: 8443
            name: file-name
            refresh_token: r
            preferred_combiner: c9
            """;

    /** The settings files that the recorded runs read. */
    private static final Map<String, String> FILES = Map.of(
            "start-init",
            OLD_KEYS,
            "start-init-override",
            OLD_KEYS,
            "start-init-api-url",
            "api_url: http://h:1\nclient_id: x\nname: n\n",
            "start-init-bad",
            "- a\n- b\n");

    /** Runs that end otherwise here, and why. */
    private static final Map<String, String> DIFFERENT = Map.ofEntries(
            Map.entry("start-api-port", "the port is used; the reference ignores it"),
            Map.entry("start-api-port-no-scheme", "the port is used; the reference ignores it"),
            Map.entry("start-combiner", "a combiner can be joined without an API; the reference crashes"),
            Map.entry("start-init", "the token of the file is used; the reference loses it"),
            Map.entry("start-init-override", "the token of the file is used; the reference loses it"));

    /** Runs that are refused here as there, or here only: a mistake is not passed over. */
    private static final Map<String, String> REFUSED = Map.of(
            "start-combiner-no-port", "combiner_port",
            "start-init-bad", "expected one name and value a line",
            "start-init-missing", "nope.yaml",
            "start-prefix-scheme", "ftp");

    /** Runs without a counterpart, and why. */
    private static final Map<String, String> NOT_APPLICABLE = Map.ofEntries(
            Map.entry("start-nothing", "a builder without a network is a client that connectToApi joins"),
            Map.entry("start-api-key", "CredentialKindTest: API keys are a credential here, as in the Python API"),
            Map.entry("start-enrollment", "HttpVectorsTest, TokensTest: the client enrolls by itself when it joins"),
            Map.entry("start-enrollment-http", "certificates are never left unchecked"),
            Map.entry(
                    "start-enrollment-fails",
                    "TokensTest: enrolling is tried again, the token is never taken for another kind"),
            Map.entry("start-remote", "compute packages are Python code"),
            Map.entry("start-remote-named", "compute packages are Python code"),
            Map.entry("start-dispatcher", "runs Python code in processes of its own"),
            Map.entry("start-bad-log-level", "the host's logging framework has the levels"),
            Map.entry("enroll", "EnrollCommandTest; the file is read by EdgeClientConfigTest"),
            Map.entry("enroll-no-config", "EnrollCommandTest"),
            Map.entry("enroll-fails", "EnrollCommandTest"),
            Map.entry("get-config", "the files are read by EdgeClientConfigTest"));

    @TempDir
    Path folder;

    /** One run of a command. */
    record Run(JsonNode node) {

        String id() {
            return node.get("id").asText();
        }

        /** Its options by name; each has a value. */
        Map<String, String> options() {
            Map<String, String> options = new HashMap<>();
            Iterator<JsonNode> args = node.get("args").iterator();
            while (args.hasNext()) {
                String arg = args.next().asText();
                if (arg.startsWith("-")) {
                    options.put(arg, args.next().asText());
                }
            }
            return options;
        }

        @Override
        public String toString() {
            return id() + ": " + node.get("about").asText();
        }
    }

    static Stream<Run> runs() {
        return StreamSupport.stream(Vectors.part("cli/client", "runs").spliterator(), false)
                .map(Run::new);
    }

    static Stream<Run> applicable() {
        return runs().filter(run -> !NOT_APPLICABLE.containsKey(run.id()));
    }

    @Test
    void everyRunIsComparedOrHasItsReason() {
        List<String> ids = runs().map(Run::id).toList();
        assertThat(ids).containsAll(NOT_APPLICABLE.keySet()).containsAll(DIFFERENT.keySet());
        assertThat(ids).containsAll(REFUSED.keySet()).containsAll(FILES.keySet());
        assertThat(applicable()).hasSizeGreaterThanOrEqualTo(14);
    }

    @ParameterizedTest
    @MethodSource("applicable")
    void theSameSettingsMakeTheSameClient(Run run) throws IOException {
        if (REFUSED.containsKey(run.id())) {
            assertThatThrownBy(() -> settings(run))
                    .isInstanceOfAny(EdgeException.class, IllegalArgumentException.class)
                    .hasMessageContaining(REFUSED.get(run.id()));
            return;
        }
        ClientSettings settings = settings(run);
        List<String> made = List.of(
                "api "
                        + settings.api()
                                .map(ClientCommandVectorsTest::withoutSlash)
                                .orElse("null"),
                "name " + settings.name(),
                "preferred " + settings.preferredCombiner().orElse("null"),
                "combiner "
                        + settings.join()
                                .combiner()
                                .map(GrpcConnectionOptions::address)
                                .orElse("null"),
                "token "
                        + (settings.credential().isNone()
                                ? "null"
                                : settings.credential().reveal()));

        assertThat(made).isEqualTo(expected(run));
    }

    private static List<String> expected(Run run) {
        JsonNode client = run.node().get("client");
        Map<String, String> options = run.options();
        if (run.id().equals("start-combiner")) {
            assertThat(client.isNull()).isTrue();
            return List.of(
                    "api null", "name client-made-id", "preferred null", "combiner c.example:12080", "token <token>");
        }
        String port = options.containsKey("-p") ? ":" + options.get("-p") : "";
        String combiner = client.get("combiner_host").asText();
        boolean tokenOfFile = DIFFERENT.containsKey(run.id()) && FILES.containsKey(run.id());
        String name = client.at("/client_options/name").asText();
        return List.of(
                "api " + client.get("api_url").asText() + port,
                "name " + name.replace("<first 8 of client_id>", "made-id"),
                "preferred " + client.at("/client_options/preferred_combiner").asText(),
                "combiner "
                        + (combiner.isEmpty() || combiner.equals("null")
                                ? "null"
                                : combiner + ":" + client.get("combiner_port").asText()),
                "token " + (tokenOfFile ? "r" : client.get("refresh_token").asText()));
    }

    /** The run's settings, as the file and the options say them; what is an option there is a setting here. */
    private ClientSettings settings(Run run) throws IOException {
        Map<String, String> options = run.options();
        EdgeClientConfig config = EdgeClientConfig.fromEnvironment(Map.of());
        if (options.containsKey("-in")) {
            Path file = folder.resolve(options.get("-in"));
            if (FILES.containsKey(run.id())) {
                Files.writeString(file, FILES.get(run.id()));
            }
            config = EdgeClientConfig.fromFile(file);
        }
        StringBuilder given = new StringBuilder();
        Map.of(
                        "-u", "api_url",
                        "-p", "api_port",
                        "-n", "name",
                        "-i", "client_id",
                        "--token", "token",
                        "-c", "preferred_combiner",
                        "--combiner", "combiner",
                        "--combiner-port", "combiner_port")
                .forEach((option, key) -> Optional.ofNullable(options.get(option))
                        .ifPresent(value ->
                                given.append(key).append(" = ").append(value).append('\n')));
        EdgeClientConfig wins =
                EdgeClientConfig.fromFile(Files.writeString(folder.resolve("options.properties"), given));
        return config.overriddenBy(wins).builder().settings(options.getOrDefault("-i", "made-id"));
    }

    private static String withoutSlash(URI url) {
        return url.toString().replaceAll("/$", "");
    }
}
