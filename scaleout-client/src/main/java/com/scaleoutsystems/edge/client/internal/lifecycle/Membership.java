package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import java.util.Optional;

/** What the client has become at its servers: its id, what its calls show, its combiner. Written on the strand, read from any thread. */
final class Membership {

    /**
     * Who the client is.
     *
     * @param bearer what its calls show; empty until it has logged in
     */
    private record Identity(String clientId, Optional<Bearer> bearer) {}

    private volatile Identity identity;
    private volatile Optional<GrpcConnectionOptions> combiner;

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

    /** The client belongs to this combiner. */
    void assigned(GrpcConnectionOptions options) {
        combiner = Optional.of(options);
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
