package com.scaleoutsystems.edge.client.internal.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which settings a client takes from files and from the environment, and which of the reference client's it does not, and why. */
public final class KnownSettings {

    /** The settings by name, as files have them. */
    public static final List<String> NAMES = List.of(
            "api_url",
            "api_port",
            "url_prefix",
            "token",
            "client_id",
            "name",
            "preferred_combiner",
            "combiner",
            "combiner_port",
            "generation",
            "wait_for_network",
            "reassign_after",
            "grpc_secure",
            "root_cert",
            "client_cert",
            "client_key",
            "proxy",
            "no_proxy",
            "state_dir",
            "stateless",
            "home_dir",
            "token_dir",
            "persist_tokens",
            "poll_interval",
            "callback_threads",
            "task_statuses",
            "node_telemetry",
            "legacy_telemetry",
            "max_bytes_per_second",
            "max_records_per_second");

    /** The settings that must not be shown. A proxy's URL may hold a password. */
    public static final Set<String> SECRETS = Set.of("token", "proxy");

    /** Other names that files may use, which are the reference client's. */
    public static final Map<String, String> ALIASES =
            Map.of("discover_host", "api_url", "discover_port", "api_port", "refresh_token", "token");

    /** Names in files of the reference client that mean nothing here, and why. */
    public static final Map<String, String> IGNORED_NAMES = ignoredNames();

    /** The environment variables that are honoured, and the setting of each. */
    public static final Map<String, String> VARIABLES = variables();

    /** The environment variables of the reference client that mean nothing here, and why. */
    public static final Map<String, String> IGNORED_VARIABLES = ignoredVariables();

    private KnownSettings() {}

    private static Map<String, String> variables() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("SCALEOUT_AUTH_TOKEN", "token");
        variables.put("SCALEOUT_CUSTOM_URL_PREFIX", "url_prefix");
        variables.put("SCALEOUT_GRPC_SECURE", "grpc_secure");
        variables.put("SCALEOUT_GRPC_ROOT_CERT_PATH", "root_cert");
        variables.put("SCALEOUT_HOME_DIR", "home_dir");
        variables.put("SCALEOUT_TOKEN_CACHE_DIR", "token_dir");
        variables.put("SCALEOUT_PERSIST_TOKENS", "persist_tokens");
        variables.put("SCALEOUT_CLIENT_TASK_POLLING_INTERVAL", "poll_interval");
        variables.put("SCALEOUT_CLIENT_STATUS_REPORTING", "task_statuses");
        variables.put("SCALEOUT_CLIENT_SEND_TELEMETRY", "node_telemetry");
        variables.put("SCALEOUT_CLIENT_LEGACY_TELEMETRY", "legacy_telemetry");
        variables.put("SCALEOUT_GENERATION", "generation");
        variables.put("SCALEOUT_CLIENT_MAX_BYTES_PER_SECOND", "max_bytes_per_second");
        variables.put("SCALEOUT_CLIENT_MAX_RECORDS_PER_SECOND", "max_records_per_second");
        return Map.copyOf(variables);
    }

    private static Map<String, String> ignoredVariables() {
        String packages = "compute packages are Python programs, which this client does not run";
        String logging = "the program that embeds the client configures logging; the command has --log-level";
        Map<String, String> ignored = new LinkedHashMap<>();
        ignored.put("SCALEOUT_ARCHIVE_DIR", packages);
        ignored.put("SCALEOUT_PACKAGE_EXTRACT_DIR", packages);
        ignored.put("SCALEOUT_UTIL_INSTALL_SPEC", packages);
        ignored.put("SCALEOUT_CLIENT_INSTALL_SPEC", packages);
        ignored.put("SCALEOUT_BUILD_OUTPUT_DIR", packages);
        ignored.put("SCALEOUT_RESTART_VENV_BIN", packages);
        ignored.put("SCALEOUT_LOG_LEVEL", logging);
        ignored.put("SCALEOUT_LOG_CONSOLE", logging);
        ignored.put("SCALEOUT_MODEL_CACHE_DIR", "the client keeps models in the state directory: set state_dir");
        ignored.put("SCALEOUT_AUTH_SCHEME", "tokens of Scaleout Edge always use the scheme Bearer");
        ignored.put(
                "SCALEOUT_CONNECT_API_SECURE",
                "the client always checks certificates: name the right root with root_cert");
        ignored.put("SCALEOUT_GRACEFUL_GRPC_HANDLING", "the client always announces its start and its end");
        ignored.put("SCALEOUT_CHECK_COMPATIBILITY", "the client always checks the combiner's version");
        ignored.put(
                "SCALEOUT_CLIENT_COMPUTE_LOCK",
                "to use a lock, the program calls TaskSettings.withLane with LaneSettings.withLockFile");
        return Map.copyOf(ignored);
    }

    private static Map<String, String> ignoredNames() {
        String unused = "the reference client reads it too, but does not use it";
        Map<String, String> ignored = new LinkedHashMap<>();
        ignored.put("helper_type", "a model says how it is encoded");
        ignored.put("package", "compute packages are Python programs, which this client does not run");
        ignored.put("package_checksum", unused);
        ignored.put("validator", unused);
        ignored.put("trainer", unused);
        ignored.put("access_token", unused);
        return Map.copyOf(ignored);
    }
}
