package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.internal.report.Outbox;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.ModelCache;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.NetworkGate;

/**
 * The parts of the client that its tasks work with.
 *
 * @param gate what the host lets the client use the network for
 * @param recovered what the store had when the process began
 * @param current knows which thread works for which task
 */
public record TaskDependencies(
        String clientId,
        Env env,
        Strand strand,
        CombinerTransport transport,
        NetworkGate gate,
        IdentityRows rows,
        RecoveredRows recovered,
        BlobStore blobs,
        ModelCache models,
        Outbox outbox,
        HostLog log,
        ListenerCalls listeners,
        CurrentTasks current,
        Callbacks callbacks) {}
