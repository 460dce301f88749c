package com.scaleoutsystems.edge.interop;

import com.scaleoutsystems.edge.client.BuilderSettings;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientConfig;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.network.CombinerTls;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.TokenSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What settings mean here, told as {@code reference_configuration.py} tells it. */
final class ResolvedConfiguration {
    private ResolvedConfiguration() {}

    /** What a file says, with the environment on top. */
    static Map<String, Object> file(EdgeClientConfig config) {
        ClientSettings settings = BuilderSettings.of(config.builder());
        Map<String, Object> resolved = new LinkedHashMap<>();
        resolved.put("endpoint", endpoint(settings.api().orElseThrow()));
        try (EdgeClient client = config.builder().stateless().build()) {
            resolved.put("client_id", client.clientId());
            resolved.put("name", client.name());
        }
        resolved.put("preferred_combiner", settings.preferredCombiner().orElse(null));
        resolved.put(
                "combiner",
                settings.join()
                        .combiner()
                        .map(combiner -> combiner.target() + ":" + combiner.port())
                        .orElse(null));
        resolved.put("token", token(settings.credential()));
        return resolved;
    }

    static Map<String, Object> environment(Map<String, String> variables) {
        ClientSettings settings =
                BuilderSettings.of(EdgeClientConfig.fromEnvironment(variables).builder());
        CombinerTls tls = settings.network().combinerTls();
        Map<String, Object> resolved = new LinkedHashMap<>();
        resolved.put("poll_interval", settings.tasks().pollInterval().toSeconds());
        resolved.put("task_statuses", settings.reporting().taskStatuses());
        resolved.put("node_telemetry", settings.reporting().nodeTelemetry());
        resolved.put("legacy_telemetry", settings.reporting().legacyTelemetry());
        resolved.put(
                "tls",
                Map.of(
                        "none", isSecure(tls, Optional.empty()),
                        "false", isSecure(tls, Optional.of(false)),
                        "true", isSecure(tls, Optional.of(true))));
        resolved.put(
                "root_cert",
                settings.network()
                        .tls()
                        .trust()
                        .map(ResolvedConfiguration::read)
                        .orElse(null));
        resolved.put("persist_tokens", settings.join().tokens().persist());
        resolved.put("token_dir", tokenFolder(settings.join().tokens()));
        resolved.put("token", token(settings.credential()));
        return resolved;
    }

    private static String endpoint(URI api) {
        String text = api.toString();
        return (text.endsWith("/") ? text : text + "/") + "api/v1/clients/add";
    }

    private static boolean isSecure(CombinerTls tls, Optional<Boolean> assigned) {
        return switch (tls) {
            case AS_ASSIGNED -> assigned.orElse(true);
            case REQUIRED -> true;
            case IF_ASSIGNED -> assigned.orElse(false);
            case OFF -> false;
        };
    }

    private static String tokenFolder(TokenSettings tokens) {
        return tokens.directory().map(Path::toString).orElse(null);
    }

    private static String token(Credential credential) {
        return credential.isNone() ? null : credential.reveal();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
