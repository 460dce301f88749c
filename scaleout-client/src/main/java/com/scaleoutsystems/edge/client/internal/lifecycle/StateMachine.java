package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.internal.check.ServerText;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import org.slf4j.Logger;

/** The client's state, which only events change. They come on its strand; anyone may read the state. */
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

    /** Whether the combiner answers, well or slowly. */
    boolean isConnected() {
        return state == ClientState.CONNECTED || state == ClientState.DEGRADED;
    }

    /**
     * Something happened.
     *
     * @param reason what, for people
     */
    void on(StateEvent event, String reason) {
        ClientState from = state;
        ClientState next = after(from, event);
        if (from == next) {
            return;
        }
        state = next;
        LOG.info("client {}: {} → {} ({})", clientId, from, next, reason);
        listeners.stateChanged(from, next, ServerText.argument(reason));
    }

    /** The client is being closed. */
    void closing() {
        on(StateEvent.CLOSE, "closing");
    }

    /** The client holds nothing any more. */
    void closed() {
        on(StateEvent.RELEASED, "closed");
    }

    /** The table of all transitions. What is closing never opens again, and who has joined never joins again. */
    static ClientState after(ClientState state, StateEvent event) {
        return switch (state) {
            case CLOSED -> ClientState.CLOSED;
            case DRAINING -> event == StateEvent.RELEASED ? ClientState.CLOSED : ClientState.DRAINING;
            case NEW, JOINING -> beforeJoined(state, event);
            case CONNECTED, DEGRADED, RECONNECTING, REASSIGNING -> joined(state, event);
        };
    }

    private static ClientState beforeJoined(ClientState state, StateEvent event) {
        return switch (event) {
            case JOIN -> ClientState.JOINING;
            case NOT_JOINED -> ClientState.NEW;
            case ANSWERED -> ClientState.CONNECTED;
            case SLOW -> ClientState.DEGRADED;
            case UNANSWERED -> ClientState.RECONNECTING;
            case REASSIGN -> state;
            case CLOSE -> ClientState.DRAINING;
            case RELEASED -> ClientState.CLOSED;
        };
    }

    private static ClientState joined(ClientState state, StateEvent event) {
        return switch (event) {
            case JOIN, NOT_JOINED -> state;
            case ANSWERED -> ClientState.CONNECTED;
            case SLOW -> ClientState.DEGRADED;
            case UNANSWERED -> state == ClientState.REASSIGNING ? state : ClientState.RECONNECTING;
            case REASSIGN -> ClientState.REASSIGNING;
            case CLOSE -> ClientState.DRAINING;
            case RELEASED -> ClientState.CLOSED;
        };
    }
}
