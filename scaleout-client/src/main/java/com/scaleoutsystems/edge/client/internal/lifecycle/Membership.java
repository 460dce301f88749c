package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the client has become at its servers: its id, what its calls show, its combiner. Written on the strand, read from any thread. */
final class Membership {

    private static final int MOST_SOURCES = 8;

    /**
     * Where an assignment comes from.
     *
     * @param api who assigned
     * @param credential with what the client logged in there
     * @param clientId who it is there
     * @param bearer what it shows; empty if it has to log in again
     */
    record Source(EdgeApi api, Credential credential, String clientId, Optional<Bearer> bearer) {

        @Override
        public String toString() {
            return "Source of " + clientId;
        }
    }

    /**
     * Who the client is.
     *
     * @param bearer what its calls show; empty until it has logged in
     */
    private record Identity(String clientId, Optional<Bearer> bearer) {}

    private volatile Identity identity;
    private volatile Optional<GrpcConnectionOptions> combiner;

    /** The last assignments: the host may ask several APIs before it chooses a combiner. */
    private final Map<GrpcConnectionOptions, Source> sources = new LinkedHashMap<>() {

        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<GrpcConnectionOptions, Source> eldest) {
            return size() > MOST_SOURCES;
        }
    };

    /** A client that has not logged in. */
    Membership(String clientId, Optional<GrpcConnectionOptions> combiner) {
        this.identity = new Identity(clientId, Optional.empty());
        this.combiner = combiner;
    }

    /** The server knows the client by this id, and has not let it in yet. */
    void knownAs(String clientId) {
        identity = new Identity(clientId, Optional.empty());
    }

    /** The client has logged in. */
    void loggedIn(String clientId, Bearer bearer) {
        identity = new Identity(clientId, Optional.of(bearer));
    }

    /** The client belongs to this combiner, which was assigned to it. */
    void assigned(GrpcConnectionOptions options, Source source) {
        combiner = Optional.of(options);
        sources.put(options, source);
    }

    /** Who assigned this combiner; empty if the host has chosen it. On the strand. */
    Optional<Source> source(GrpcConnectionOptions options) {
        return Optional.ofNullable(sources.get(options));
    }

    /** The client has another credential, and has to log in with it. */
    void hasAnotherCredential(Credential credential) {
        knownAs(clientId());
        sources.replaceAll((combiner, from) -> new Source(from.api(), credential, from.clientId(), Optional.empty()));
    }

    /** The client is to ask for an assignment again. */
    void notAssigned() {
        combiner = Optional.empty();
    }

    String clientId() {
        return identity.clientId();
    }

    Optional<Bearer> bearer() {
        return identity.bearer();
    }

    /** The combiner to join, whether the host gave it or the server. */
    Optional<GrpcConnectionOptions> combiner() {
        return combiner;
    }
}
