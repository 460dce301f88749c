package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.model.ModelSettings;

/** Opens the transports of one client. Whoever needs a transport gets it here, so that no other package knows how one is built. */
public final class Transports {

    private final Connections connections;
    private final Generation generation;
    private final TransferSettings transfers;
    private final ModelSettings models;
    private final Env env;

    /**
     * A factory that has opened nothing yet.
     *
     * @param connections makes the connections; the timeouts of its profile hold for calls and streams
     * @param generation what the combiner speaks
     * @param models where downloads go and what is refused
     */
    public Transports(
            Connections connections, Generation generation, TransferSettings transfers, ModelSettings models, Env env) {
        this.connections = connections;
        this.generation = generation;
        this.transfers = transfers;
        this.models = models;
        this.env = env;
    }

    /** A transport to a combiner. It connects when it is used; the caller closes it. */
    public CombinerTransport open(GrpcConnectionOptions combiner, ClientIdentity identity, Bearer bearer) {
        return Dialects.choice(generation)
                .transport()
                .apply(new TransportParts(connections, combiner, identity, bearer, transfers, models, env));
    }
}
