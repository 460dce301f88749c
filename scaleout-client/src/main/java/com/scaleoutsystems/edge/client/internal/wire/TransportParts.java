package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.net.Bandwidth;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.state.AnsweredCalls;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.model.ModelSettings;

/**
 * What a transport is made of, whatever its wire.
 *
 * @param connections makes connections of each kind; the timeouts of its profile hold for calls and streams
 * @param channels shares the channels of identities
 * @param combiner where to connect to
 * @param identity who calls
 * @param bearer what each call shows
 * @param transfers how models are moved
 * @param bandwidth what all transfers of the client may use together
 * @param models where downloads go and what is refused
 * @param answered which calls combiners have answered before
 */
record TransportParts(
        Connections connections,
        SharedChannels channels,
        GrpcConnectionOptions combiner,
        ClientIdentity identity,
        Bearer bearer,
        TransferSettings transfers,
        Bandwidth bandwidth,
        ModelSettings models,
        AnsweredCalls answered,
        Env env) {}
