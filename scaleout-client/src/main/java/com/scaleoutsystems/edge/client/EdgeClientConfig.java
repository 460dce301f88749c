package com.scaleoutsystems.edge.client;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.config.KnownSettings;
import com.scaleoutsystems.edge.client.internal.config.Setting;
import com.scaleoutsystems.edge.client.internal.config.SettingsFile;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.net.ApiUrl;
import com.scaleoutsystems.edge.client.network.CombinerTls;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.ProxySettings;
import com.scaleoutsystems.edge.client.network.TlsSettings;
import com.scaleoutsystems.edge.client.network.TokenSettings;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.CallbackThreads;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.slf4j.Logger;

/**
 * Settings of a client from a file, from environment variables, from a framework's properties, or from several of these. A client reads
 * none of them by itself: a program that wants them gets its builder here. Calls on the builder override these settings.
 *
 * <pre>{@code
 * EdgeClient client = EdgeClientConfig.fromFile(Path.of("client.yaml"))
 *         .overriddenBy(EdgeClientConfig.fromEnvironment(System.getenv()))
 *         .builder()
 *         .onTrain(...)
 *         .build();
 * }</pre>
 *
 * <p>{@link #warnings()} and the log name settings that are unknown, and settings of the reference client that have no effect here.
 * Immutable.
 *
 * @since 0.1.0
 */
public final class EdgeClientConfig {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);
    private static final String PREFIX = "SCALEOUT_";
    private static final Pattern WITH_PORT = Pattern.compile("([A-Za-z]+://)?(\\[[^]]*]|[^/:]*):\\d+(/.*)?");

    private final Map<String, Setting> settings;
    private final List<String> warnings;

    private EdgeClientConfig(Map<String, Setting> settings, List<String> warnings) {
        this.settings = settings;
        this.warnings = List.copyOf(warnings);
    }

    /**
     * Reads the environment variables whose names begin with {@code SCALEOUT_}.
     *
     * @param environment the variables by name, such as {@link System#getenv()}
     * @return the settings
     */
    public static EdgeClientConfig fromEnvironment(Map<String, String> environment) {
        Map<String, Setting> settings = new TreeMap<>();
        List<String> warnings = new ArrayList<>();
        new TreeMap<>(environment).forEach((variable, value) -> {
            String name = KnownSettings.VARIABLES.get(variable);
            if (!variable.startsWith(PREFIX) || value.isBlank()) {
                return;
            }
            if (name != null) {
                settings.put(name, new Setting(variable, value, KnownSettings.SECRETS.contains(name)));
            } else {
                warnings.add(meaningless(variable, variable, KnownSettings.IGNORED_VARIABLES));
            }
        });
        return warned(settings, warnings);
    }

    /**
     * Reads a file: properties if its name ends in {@code .properties}, otherwise YAML, for which the program needs the library {@code
     * org.snakeyaml:snakeyaml-engine}. Files of the reference client work, too.
     *
     * @param file the file, in UTF-8
     * @return the settings
     * @throws IllegalArgumentException if it contains anything other than names and values, or a name twice
     * @throws EdgeException IO if it is unreadable; FAILED_PRECONDITION if the YAML library is missing
     */
    public static EdgeClientConfig fromFile(Path file) {
        return named(
                SettingsFile.read(Objects.requireNonNull(file, "file is null")),
                written -> written,
                written -> written + " in " + file);
    }

    /**
     * Takes the settings from properties, such as those that a framework has read. A property is named with a prefix and the name that
     * the setting has in files, in which {@code -} may take the place of {@code _}: with the prefix {@code edge.} the property {@code
     * edge.api-url} sets {@code api_url}. Messages about a value name its property.
     *
     * @param properties the values by name; those with another prefix do not count, and an empty value counts as not set
     * @param prefix what the names begin with; may be empty
     * @return the settings
     * @throws IllegalArgumentException if two of the names mean the same setting
     */
    public static EdgeClientConfig fromProperties(Map<String, String> properties, String prefix) {
        Map<String, String> values = new TreeMap<>(properties);
        values.entrySet()
                .removeIf(property -> !property.getKey().startsWith(prefix)
                        || property.getValue().isBlank());
        return named(values, property -> property.substring(prefix.length()).replace('-', '_'), property -> property);
    }

    /**
     * The names of all settings, as files have them.
     *
     * @return the names, such as {@code api_url}, in the order of docs/configuration.md
     */
    public static List<String> settingNames() {
        return KnownSettings.NAMES;
    }

    private static EdgeClientConfig named(
            Map<String, String> values, UnaryOperator<String> nameOf, UnaryOperator<String> originOf) {
        Map<String, Setting> settings = new TreeMap<>();
        List<String> warnings = new ArrayList<>();
        values.forEach((written, value) -> {
            String name = nameOf.apply(written);
            String known = KnownSettings.ALIASES.getOrDefault(name, name);
            String origin = originOf.apply(written);
            if (KnownSettings.NAMES.contains(known)) {
                Setting before = settings.put(known, new Setting(origin, value, KnownSettings.SECRETS.contains(known)));
                if (before != null) {
                    throw new IllegalArgumentException(
                            before.origin() + " and " + written + " are the same setting; give one of them");
                }
            } else {
                warnings.add(meaningless(name, origin, KnownSettings.IGNORED_NAMES));
            }
        });
        return warned(settings, warnings);
    }

    private static String meaningless(String name, String origin, Map<String, String> reasons) {
        String reason = reasons.get(name);
        return reason == null
                ? origin + " is not known and has no effect; check its spelling"
                : origin + " has no effect: " + reason;
    }

    private static EdgeClientConfig warned(Map<String, Setting> settings, List<String> warnings) {
        warnings.forEach(LOG::warn);
        return new EdgeClientConfig(settings, warnings);
    }

    /**
     * These settings together with others, which override them. If the others contain {@code api_url}, port and prefix of these
     * settings no longer apply.
     *
     * @param others the overriding settings
     * @return both
     */
    public EdgeClientConfig overriddenBy(EdgeClientConfig others) {
        Map<String, Setting> both = new TreeMap<>(settings);
        if (others.sets("api_url")) {
            both.keySet().removeAll(Set.of("api_port", "url_prefix"));
        }
        both.putAll(others.settings);
        List<String> all = new ArrayList<>(warnings);
        all.addAll(others.warnings);
        return new EdgeClientConfig(both, all);
    }

    /**
     * Which names had no effect, and why.
     *
     * @return a line for each
     */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * Whether a setting is among these.
     *
     * @param name the setting's name, such as {@code client_id}
     * @return true if it has a value
     */
    public boolean sets(String name) {
        return settings.containsKey(name);
    }

    /**
     * Returns a builder with these settings. Calls on the builder override them.
     *
     * @return a new builder
     * @throws IllegalArgumentException if a value is wrong; names the setting, the value unless it is a secret, and what was expected
     */
    public EdgeClientBuilder builder() {
        EdgeClientBuilder builder = EdgeClient.builder();
        identity(builder);
        combiner(builder);
        builder.network(network());
        storage(builder);
        with("wait_for_network", setting -> builder.waitForNetwork(setting.patience()));
        with("reassign_after", setting -> builder.reassignAfter(setting.patience()));
        with("poll_interval", setting -> builder.pollInterval(setting.seconds()));
        with("callback_threads", setting -> builder.callbackThreads(setting.parsed(CallbackThreads::parse)));
        builder.reporting(reporting());
        with(
                "max_bytes_per_second",
                setting -> builder.transfers(setting.number(TransferSettings.defaults()::withMaxBytesPerSecond)));
        return builder;
    }

    private ReportingSettings reporting() {
        ReportingSettings defaults = ReportingSettings.defaults();
        ReportingSettings switches = defaults.withTaskStatuses(truth("task_statuses", defaults.taskStatuses()))
                .withNodeTelemetry(truth("node_telemetry", defaults.nodeTelemetry()))
                .withLegacyTelemetry(truth("legacy_telemetry", defaults.legacyTelemetry()));
        Setting rate = settings.get("max_records_per_second");
        return rate == null ? switches : rate.number(number -> switches.withMaxRecordsPerSecond(saturated(number)));
    }

    private static int saturated(long number) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
    }

    private boolean truth(String name, boolean otherwise) {
        Setting setting = settings.get(name);
        return setting == null ? otherwise : setting.truth();
    }

    private void identity(EdgeClientBuilder builder) {
        with("api_url", setting -> builder.api(api(setting)));
        with("token", setting -> builder.credential(setting.parsed(Credential::token)));
        with("client_id", setting -> builder.clientId(setting.text()));
        with("name", setting -> builder.name(setting.text()));
        with("preferred_combiner", setting -> builder.preferredCombiner(setting.text()));
    }

    /** The URL with the separate port and prefix. */
    private URI api(Setting url) {
        String text = url.text().strip();
        Setting port = settings.get("api_port");
        if (port != null && !WITH_PORT.matcher(text).matches()) {
            int path = text.indexOf('/', text.contains("://") ? text.indexOf("://") + 3 : 0);
            int end = path < 0 ? text.length() : path;
            text = text.substring(0, end) + ":" + port.port() + text.substring(end);
        }
        Setting prefix = settings.get("url_prefix");
        String whole = prefix == null ? text : text + "/" + prefix.text().strip();
        return new Setting(url.origin(), whole, false).parsed(ApiUrl::parse);
    }

    private void combiner(EdgeClientBuilder builder) {
        with("generation", setting -> builder.generation(setting.parsed(Generation::parse)));
        with("combiner", host -> {
            Setting port = settings.get("combiner_port");
            if (port == null) {
                throw new IllegalArgumentException(host.origin() + " is given without combiner_port; give both");
            }
            int number = port.port();
            builder.combiner(host.parsed(name -> GrpcConnectionOptions.of(name, number)));
        });
    }

    /**
     * The network profile of these settings, with defaults for everything that they do not contain.
     *
     * @return the profile that {@link #builder()} uses
     * @throws IllegalArgumentException if a value is wrong
     */
    public NetworkProfile network() {
        NetworkProfile profile = NetworkProfile.defaults().withTls(tls());
        Setting secure = settings.get("grpc_secure");
        if (secure != null) {
            // As the reference client has it: true asks for TLS, false leaves it to the assignment.
            profile = profile.withCombinerTls(secure.truth() ? CombinerTls.REQUIRED : CombinerTls.IF_ASSIGNED);
        }
        Setting proxy = settings.get("proxy");
        return proxy == null ? profile : profile.withProxy(proxy(proxy));
    }

    private TlsSettings tls() {
        TlsSettings tls = TlsSettings.defaults();
        Setting root = settings.get("root_cert");
        if (root != null) {
            tls = tls.withTrustedCertificates(root.path());
        }
        Setting certificate = settings.get("client_cert");
        Setting key = settings.get("client_key");
        if (certificate != null && key != null) {
            return tls.withClientCertificate(certificate.path(), key.path());
        }
        Setting alone = certificate != null ? certificate : key;
        if (alone != null) {
            throw new IllegalArgumentException(
                    alone.origin() + " is given alone; client_cert and client_key belong together");
        }
        return tls;
    }

    private ProxySettings proxy(Setting url) {
        ProxySettings proxy = url.parsed(ProxySettings::parse);
        return Optional.ofNullable(settings.get("no_proxy"))
                .map(hosts -> proxy.withNoProxy(List.of(hosts.text().split(","))))
                .orElse(proxy);
    }

    private void storage(EdgeClientBuilder builder) {
        with("home_dir", setting -> builder.home(setting.path()));
        with("state_dir", setting -> builder.stateDirectory(setting.path()));
        with("stateless", setting -> {
            if (setting.truth()) {
                builder.stateless();
            }
        });
        builder.tokens(tokens());
    }

    private TokenSettings tokens() {
        Setting persist = settings.get("persist_tokens");
        if (persist != null && !persist.truth()) {
            return TokenSettings.inMemory();
        }
        Setting directory = settings.get("token_dir");
        return directory == null
                ? TokenSettings.defaults()
                : TokenSettings.defaults().withDirectory(directory.path());
    }

    private void with(String name, Consumer<Setting> action) {
        Setting setting = settings.get(name);
        if (setting != null) {
            action.accept(setting);
        }
    }

    /** Names the settings, without their values. */
    @Override
    public String toString() {
        return "EdgeClientConfig" + settings.keySet();
    }
}
