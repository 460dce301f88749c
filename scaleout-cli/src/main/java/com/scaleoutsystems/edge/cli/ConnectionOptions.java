package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.EdgeClientConfig;
import com.scaleoutsystems.edge.client.network.CombinerTls;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TlsSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who the client is and how it reaches its network. */
final class ConnectionOptions {

    /** Where state is kept. */
    static final class StateOptions {

        @Option(
                names = "--state-dir",
                paramLabel = "DIR",
                description = "Where the client keeps its state, one directory for each client (default a folder of"
                        + " ~/.scaleout/edge named after API and client).")
        private @Nullable Path directory;

        @Option(names = "--stateless", description = "Keeps all state in memory.")
        private boolean none;
    }

    /** A certificate and its key. */
    static final class ClientCertificate {

        @Option(
                names = "--client-cert",
                paramLabel = "PEM",
                required = true,
                description = "The client's certificate with its intermediates, for servers that ask for one (mTLS).")
        private @Nullable Path certificate;

        @Option(
                names = "--client-key",
                paramLabel = "PEM",
                required = true,
                description = "The key of the certificate, PKCS #8 without a password.")
        private @Nullable Path key;
    }

    @Option(
            names = "--api",
            paramLabel = "URL",
            description =
                    "The network's API, which assigns a combiner; without a scheme, https is used, and http for this machine.")
    private @Nullable String api;

    @ArgGroup
    private @Nullable CredentialOptions credential;

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            description = "The client's id (default: a generated one, which the state directory keeps).")
    private @Nullable String clientId;

    @Option(names = "--name", paramLabel = "NAME", description = "The client's name, for people.")
    private @Nullable String name;

    @Option(names = "--preferred-combiner", paramLabel = "NAME", description = "The combiner that the client prefers.")
    private @Nullable String preferredCombiner;

    @Option(
            names = "--combiner",
            paramLabel = "HOST:PORT",
            converter = HostAndPort.Converter.class,
            description = "Joins this combiner without asking for an assignment.")
    private @Nullable HostAndPort combiner;

    @Option(
            names = "--generation",
            paramLabel = "auto|1.0|1.1",
            converter = Generations.OfClient.class,
            description =
                    "The generation of the protocol that the combiner speaks (default auto: the client detects it).")
    private @Nullable Generation generation;

    @Option(
            names = "--insecure",
            description = "Uses no TLS to the combiner, even if the assignment requires it. For test networks only.")
    private boolean insecure;

    @Option(
            names = "--root-cert",
            paramLabel = "PEM",
            description = "Certificates to trust in place of this Java's own, for API and combiner.")
    private @Nullable Path rootCertificate;

    @ArgGroup(exclusive = false)
    private @Nullable ClientCertificate clientCertificate;

    @Mixin
    private ProxyOptions proxy = new ProxyOptions();

    @ArgGroup
    private @Nullable StateOptions state;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Settings file, YAML or properties; options override it. Files of the Python client work, too.")
    private @Nullable Path config;

    @Option(
            names = "--from-env",
            description = "Takes settings from the SCALEOUT_ environment variables; they override the file.")
    private boolean fromEnvironment;

    /**
     * Begins to describe a client with these options.
     *
     * @throws IllegalArgumentException if the options are wrong; says which
     */
    EdgeClientBuilder builder(Console console) {
        return builder(console, Map.of());
    }

    /**
     * Begins to describe a client with these options.
     *
     * @param wished variables that override all else
     * @throws IllegalArgumentException if the options are wrong; says which
     */
    EdgeClientBuilder builder(Console console, Map<String, String> wished) {
        if (api == null && combiner == null && config == null && !fromEnvironment) {
            throw new IllegalArgumentException("neither --api nor --combiner says what to join");
        }
        EdgeClientConfig settings =
                outside(() -> config(console).overriddenBy(EdgeClientConfig.fromEnvironment(wished)));
        EdgeClientBuilder client = outside(settings::builder);
        if (api != null) {
            client.api(api);
        }
        if (credential != null) {
            client.credential(credential.read(console));
        }
        if (clientId != null) {
            client.clientId(clientId);
        }
        if (name != null) {
            client.name(name);
        }
        if (preferredCombiner != null) {
            client.preferredCombiner(preferredCombiner);
        }
        if (state != null && state.directory != null) {
            client.stateDirectory(state.directory);
        } else if (state != null && state.none) {
            client.stateless();
        }
        if (combiner != null) {
            client.combiner(GrpcConnectionOptions.of(combiner.host(), combiner.port()));
        }
        if (generation != null) {
            client.generation(generation);
        }
        return client.network(network(settings.network(), console));
    }

    /** Reads what lies outside of the command line: a mistake there is a failure, not wrong usage. */
    private static <T> T outside(Supplier<T> step) {
        try {
            return step.get();
        } catch (IllegalArgumentException e) {
            throw new EdgeException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()), e.getCause());
        }
    }

    private EdgeClientConfig config(Console console) {
        EdgeClientConfig settings =
                config == null ? EdgeClientConfig.fromEnvironment(Map.of()) : EdgeClientConfig.fromFile(config);
        return fromEnvironment
                ? settings.overriddenBy(EdgeClientConfig.fromEnvironment(console.environment()))
                : settings;
    }

    private NetworkProfile network(NetworkProfile configured, Console console) {
        NetworkProfile network = configured;
        TlsSettings tls = network.tls();
        if (rootCertificate != null) {
            tls = tls.withTrustedCertificates(rootCertificate);
        }
        if (clientCertificate != null) {
            tls = tls.withClientCertificate(
                    BaseCommand.given(clientCertificate.certificate), BaseCommand.given(clientCertificate.key));
        }
        network = network.withTls(tls);
        if (insecure) {
            network = network.withCombinerTls(CombinerTls.OFF);
        }
        return proxy.read(console).map(network::withProxy).orElse(network);
    }

    /** Whether state is kept in memory only. */
    boolean isStateless() {
        return state != null && state.none;
    }

    /** Whether something tells where the client's state is kept. */
    boolean namesState(Console console) {
        return clientId != null
                || name != null
                || (state != null && state.directory != null)
                || Stream.of("client_id", "name", "state_dir").anyMatch(config(console)::sets);
    }
}
