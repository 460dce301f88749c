package com.scaleoutsystems.edge.sandbox.internal.task;

import com.scaleoutsystems.edge.sandbox.internal.core.Changes;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The clients that are there, in the order of their ids. A client comes by saying so or by asking for tasks, since one
 * that outlives a restart of the server does not say it again; it goes by saying so.
 */
public final class ConnectedClients {
    private final Changes changes;
    private final NavigableSet<String> ids = new ConcurrentSkipListSet<>();

    public ConnectedClients(Changes changes) {
        this.changes = changes;
    }

    public void connect(String clientId) {
        if (ids.add(clientId)) {
            changes.signal();
        }
    }

    public void disconnect(String clientId) {
        if (ids.remove(clientId)) {
            changes.signal();
        }
    }

    public List<String> ids() {
        return List.copyOf(ids);
    }
}
