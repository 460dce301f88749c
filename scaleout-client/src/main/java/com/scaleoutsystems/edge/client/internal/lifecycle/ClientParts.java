package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.internal.report.Outbox;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.task.CurrentTasks;
import com.scaleoutsystems.edge.client.internal.task.RecoveredRows;
import com.scaleoutsystems.edge.client.internal.transport.NetworkGate;

/**
 * What a client has from its beginning to its end, with a combiner or without. One of the two places that compose a client; the other
 * is {@link CombinerParts}.
 *
 * @param recovered what the store had when the process began
 * @param gate what the host lets the client use the network for
 * @param current knows which thread works for which task
 */
record ClientParts(
        ClientSettings settings,
        Adapters adapters,
        Callbacks callbacks,
        Strand strand,
        ListenerCalls listeners,
        StateMachine states,
        IdentityRows rows,
        RecoveredRows recovered,
        NetworkGate gate,
        Outbox outbox,
        CurrentTasks current,
        HostLog log) {

    /** Composes a client that has done nothing yet, with what the store has kept. Blocks on the disk. */
    static ClientParts of(ClientSettings settings, Callbacks callbacks, Adapters adapters) {
        Env env = adapters.env();
        Strand strand = env.strand("client " + settings.clientId());
        ListenerCalls listeners = new ListenerCalls(settings.listeners(), env.io());
        IdentityRows rows = new IdentityRows(adapters.store(), settings.clientId());
        RecoveredRows recovered = RecoveredRows.load(rows);
        NetworkGate gate = new NetworkGate(strand);
        Outbox outbox = new Outbox(env, strand, rows, adapters.blobs(), settings.reporting(), listeners, gate);
        CurrentTasks current = new CurrentTasks();
        return new ClientParts(
                settings,
                adapters,
                callbacks,
                strand,
                listeners,
                new StateMachine(listeners, settings.clientId()),
                rows,
                recovered,
                gate,
                outbox,
                current,
                new HostLog(outbox, env, current));
    }

    Env env() {
        return adapters.env();
    }
}
