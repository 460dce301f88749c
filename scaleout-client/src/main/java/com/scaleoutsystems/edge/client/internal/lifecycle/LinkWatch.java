package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.SaidOnce;
import com.scaleoutsystems.edge.client.internal.report.Heartbeats;
import com.scaleoutsystems.edge.client.internal.report.Outbox;
import com.scaleoutsystems.edge.client.internal.task.Reachability;
import com.scaleoutsystems.edge.client.internal.transport.FailureKind;
import com.scaleoutsystems.edge.client.internal.transport.MovedException;
import com.scaleoutsystems.edge.client.internal.transport.NetworkGate;
import com.scaleoutsystems.edge.client.internal.transport.TaskFeed;
import org.slf4j.Logger;

/**
 * What polls and heartbeats show of the combiner: whether it answers, and how well. The client's state follows, records are held back
 * while the combiner is silent, whatever waits is tried again when it answers, and another one is looked for when it stays away. Lives on
 * the client's strand.
 */
final class LinkWatch implements Reachability {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    private final Outbox outbox;
    private final StateMachine states;
    private final ListenerCalls listeners;
    private final Reassignment reassignment;
    private final boolean heartbeats;
    private final NetworkGate gate;
    private final SaidOnce said;
    private LinkQuality quality = LinkQuality.HEALTHY;

    /** A combiner that answers heartbeats but no polls gives the client no work. */
    private boolean pollsFail;

    LinkWatch(ClientParts client, Reassignment reassignment) {
        this.outbox = client.outbox();
        this.states = client.states();
        this.listeners = client.listeners();
        this.reassignment = reassignment;
        this.heartbeats = client.settings().reporting().heartbeats();
        this.gate = client.gate();
        this.said = new SaidOnce(client.env()::nanos);
    }

    @Override
    public void reachable() {
        pollsFail = false;
        said.works(LOG, "polling");
        reassignment.answered();
        outbox.othersAnswer();
        showState();
    }

    @Override
    public void unreachable(EdgeException error) {
        if (error instanceof MovedException) {
            return;
        }
        if (FailureKind.of(error) != FailureKind.RATE_LIMIT) {
            pollsFail = true;
            reassignment.unanswered();
        }
        if (!heartbeats && FailureKind.of(error) == FailureKind.TIMEOUT) {
            // Nothing else would notice that the combiner is silent.
            outbox.hold();
        } else if (FailureKind.mayBeAnOutage(error)) {
            outbox.othersFail();
        }
        if (error.retryable()) {
            LOG.debug("a poll failed", error);
        } else {
            said.fails(LOG, error, "a poll failed; the client tries again");
        }
        states.on(StateEvent.UNANSWERED, String.valueOf(error.getMessage()));
        listeners.error(error);
    }

    /** The combiner answers: well, or slowly. */
    private void showState() {
        if (quality == LinkQuality.HEALTHY) {
            states.on(StateEvent.ANSWERED, "the combiner answers");
        } else {
            states.on(StateEvent.SLOW, "the link is " + quality);
        }
    }

    /** Receives the results of heartbeats, which show this feed whether the combiner answers other calls than its own. */
    Heartbeats.Listener heartbeatListener(TaskFeed feed) {
        return new Heartbeats.Listener() {

            @Override
            public void answered() {
                if (!pollsFail || !gate.isOpen()) {
                    reassignment.answered();
                } else {
                    reassignment.refusesWork();
                }
                outbox.othersAnswer();
                feed.othersAnswer();
                if (!gate.isOpen()) {
                    // There are no polls that could show it.
                    showState();
                }
            }

            @Override
            public void failed(EdgeException error) {
                if (error instanceof MovedException) {
                    return;
                }
                if (FailureKind.of(error) == FailureKind.TIMEOUT) {
                    silent();
                } else if (FailureKind.mayBeAnOutage(error)) {
                    reassignment.unanswered();
                    outbox.othersFail();
                    feed.othersFail();
                    awayWithoutPolls(String.valueOf(error.getMessage()));
                }
            }

            @Override
            public void silent() {
                reassignment.unanswered();
                outbox.hold();
                feed.othersFail();
                awayWithoutPolls("the combiner does not answer heartbeats");
            }

            /** While the host restricts the network there are no polls that could show it. */
            private void awayWithoutPolls(String reason) {
                if (!gate.isOpen()) {
                    states.on(StateEvent.UNANSWERED, reason);
                }
            }

            @Override
            public void linkQuality(LinkQuality from, LinkQuality to) {
                quality = to;
                listeners.linkQualityChanged(from, to);
                if (states.isConnected()) {
                    showState();
                }
            }
        };
    }
}
