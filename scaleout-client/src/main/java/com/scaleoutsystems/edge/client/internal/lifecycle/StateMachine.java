package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.internal.check.ServerText;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import org.slf4j.Logger;

/** The client's state. Changed on its strand only, read from anywhere; what is closing never opens again. */
final class StateMachine {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    private final ListenerCalls listeners;
    private final String clientId;
    private volatile ClientState state = ClientState.NEW;

    StateMachine(ListenerCalls listeners, String clientId) {
        this.listeners = listeners;
        this.clientId = clientId;
    }

    ClientState state() {
        return state;
    }

    boolean isClosing() {
        return state == ClientState.DRAINING || state == ClientState.CLOSED;
    }

    /** Nobody tries to join any longer, and the client has not joined. */
    void notJoined(String reason) {
        if (state == ClientState.JOINING) {
            to(ClientState.NEW, reason);
        }
    }

    void to(ClientState next, String reason) {
        ClientState from = state;
        boolean backwards = from == ClientState.CLOSED || (from == ClientState.DRAINING && next != ClientState.CLOSED);
        if (from == next || backwards) {
            return;
        }
        state = next;
        LOG.info("client {}: {} → {} ({})", clientId, from, next, reason);
        listeners.stateChanged(from, next, ServerText.argument(reason));
    }
}
