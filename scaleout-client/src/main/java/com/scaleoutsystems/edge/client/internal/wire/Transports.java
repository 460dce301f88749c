package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.net.Bandwidth;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.state.AnsweredCalls;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.model.ModelSettings;

/** Opens the transports of one client. Whoever needs a transport gets it here, so that no other package knows how one is built. */
public final class Transports {

    private final Connections connections;
    private final SharedChannels channels;
    private final Generation generation;
    private final TransferSettings transfers;
    private final Bandwidth bandwidth;
    private final ModelSettings models;
    private final AnsweredCalls answered;
    private final Env env;

    /** A factory whose combiners have answered nothing before, and whose marks of answers end with the process. */
    public Transports(
            Connections connections, Generation generation, TransferSettings transfers, ModelSettings models, Env env) {
        this(connections, new SharedChannels(), generation, transfers, models, AnsweredCalls.inMemory(env), env);
    }

    /**
     * A factory that has opened nothing yet.
     *
     * @param connections makes the connections; the timeouts of its profile hold for calls and streams
     * @param channels the channels that others use as well; a client with a limited bandwidth has its own, because the limit is one of
     *     the connection
     * @param generation what the combiner speaks
     * @param models where downloads go and what is refused
     * @param answered which calls combiners have answered before
     */
    public Transports(
            Connections connections,
            SharedChannels channels,
            Generation generation,
            TransferSettings transfers,
            ModelSettings models,
            AnsweredCalls answered,
            Env env) {
        this.connections = connections;
        this.channels = transfers.maxBytesPerSecond().isPresent() ? new SharedChannels() : channels;
        this.generation = generation;
        this.transfers = transfers;
        this.bandwidth = new Bandwidth(transfers.maxBytesPerSecond(), env);
        this.models = models;
        this.answered = answered;
        this.env = env;
    }

    /** A transport to a combiner. It connects when it is used; the caller closes it. */
    public CombinerTransport open(GrpcConnectionOptions combiner, ClientIdentity identity, Bearer bearer) {
        return Dialects.choice(generation)
                .transport()
                .apply(new TransportParts(
                        connections,
                        channels,
                        combiner,
                        identity,
                        bearer,
                        transfers,
                        bandwidth,
                        models,
                        answered,
                        env));
    }
}
