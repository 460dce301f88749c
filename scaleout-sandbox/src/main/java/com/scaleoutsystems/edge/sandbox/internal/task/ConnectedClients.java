package com.scaleoutsystems.edge.sandbox.internal.task;

import com.scaleoutsystems.edge.sandbox.internal.core.Changes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The clients that are there, in the order of their ids. A client comes by saying so or by asking for tasks, since one
 * that outlives a restart of the server does not say it again; it goes by saying so. Clients that were killed never say so: if there are
 * too many, the one that was not heard of for the longest time goes.
 */
public final class ConnectedClients {
    private static final int MOST = 10_000;

    private final Changes changes;

    /** The client that was heard of last is the last; guarded by itself. */
    private final Set<String> ids = new LinkedHashSet<>();

    public ConnectedClients(Changes changes) {
        this.changes = changes;
    }

    public void connect(String clientId) {
        boolean isNew;
        synchronized (ids) {
            isNew = !ids.remove(clientId);
            ids.add(clientId);
            if (ids.size() > MOST) {
                ids.remove(ids.iterator().next());
            }
        }
        if (isNew) {
            changes.signal();
        }
    }

    public void disconnect(String clientId) {
        boolean wasThere;
        synchronized (ids) {
            wasThere = ids.remove(clientId);
        }
        if (wasThere) {
            changes.signal();
        }
    }

    public List<String> ids() {
        synchronized (ids) {
            return ids.stream().sorted().toList();
        }
    }
}
