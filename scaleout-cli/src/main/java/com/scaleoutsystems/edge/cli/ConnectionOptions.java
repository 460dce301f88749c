package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.GrpcConnectionOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
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

        @Option(names = "--stateless", description = "Keeps state in memory only.")
        private boolean none;
    }

    @Option(names = "--api", paramLabel = "URL", description = "The network's API, which assigns a combiner.")
    private @Nullable URI api;

    @ArgGroup
    private @Nullable CredentialOptions credential;

    @Option(names = "--client-id", paramLabel = "ID", description = "The client's id (default a made one, kept).")
    private @Nullable String clientId;

    @Option(names = "--name", paramLabel = "NAME", description = "The client's name, for people.")
    private @Nullable String name;

    @Option(
            names = "--preferred-combiner",
            paramLabel = "NAME",
            description = "The combiner that the client would like to be assigned to.")
    private @Nullable String preferredCombiner;

    @Option(
            names = "--combiner",
            paramLabel = "HOST:PORT",
            converter = HostAndPort.Converter.class,
            description = "Joins this combiner without asking for an assignment.")
    private @Nullable HostAndPort combiner;

    @Option(
            names = "--insecure",
            description = "Talks to the combiner in plaintext, whatever it says. For test networks only.")
    private boolean insecure;

    @ArgGroup
    private @Nullable StateOptions state;

    /** What is wrong with the options together. */
    Optional<String> problem() {
        return api == null && combiner == null
                ? Optional.of("neither --api nor --combiner says what to join")
                : Optional.empty();
    }

    /** Tells a client who it is and where its network is. */
    void configure(EdgeClientBuilder client, Console console) {
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
    }

    /** The combiner that is given directly. */
    Optional<GrpcConnectionOptions> combiner() {
        return Optional.ofNullable(combiner)
                .map(given -> GrpcConnectionOptions.of(given.host(), given.port(), !insecure));
    }

    boolean insecure() {
        return insecure;
    }
}
