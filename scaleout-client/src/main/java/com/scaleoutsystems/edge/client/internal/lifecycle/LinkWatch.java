package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.report.Heartbeats;
import com.scaleoutsystems.edge.client.internal.report.Outbox;
import com.scaleoutsystems.edge.client.internal.task.Reachability;
import com.scaleoutsystems.edge.client.internal.transport.FailureKind;
import com.scaleoutsystems.edge.client.internal.transport.TaskFeed;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import org.slf4j.Logger;

/**
 * What polls and heartbeats show of the combiner: whether it answers, and how well. The client's state follows, records are held back
 * while the combiner is silent, and whatever waits is tried again when it answers. Lives on the client's strand.
 */
final class LinkWatch implements Reachability {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    private final Outbox outbox;
    private final StateMachine states;
    private final ListenerCalls listeners;
    private final boolean heartbeats;
    private LinkQuality quality = LinkQuality.HEALTHY;

    LinkWatch(Outbox outbox, StateMachine states, ListenerCalls listeners, ReportingSettings settings) {
        this.outbox = outbox;
        this.states = states;
        this.listeners = listeners;
        this.heartbeats = settings.heartbeats();
    }

    @Override
    public void reachable() {
        outbox.othersAnswer();
        showState();
    }

    @Override
    public void unreachable(EdgeException error) {
        if (!heartbeats && FailureKind.of(error) == FailureKind.TIMEOUT) {
            // Nothing else would notice that the combiner is silent.
            outbox.hold();
        } else if (FailureKind.mayBeAnOutage(error)) {
            outbox.othersFail();
        }
        if (error.retryable()) {
            LOG.debug("a poll failed", error);
        } else if (states.state() != ClientState.RECONNECTING) {
            LOG.warn("a poll failed; the client tries again: {}", error.getMessage());
        }
        states.to(ClientState.RECONNECTING, String.valueOf(error.getMessage()));
        listeners.error(error);
    }

    /** The combiner answers: well, or slowly. */
    private void showState() {
        if (quality == LinkQuality.HEALTHY) {
            states.to(ClientState.CONNECTED, "the combiner answers");
        } else {
            states.to(ClientState.DEGRADED, "the link is " + quality);
        }
    }

    /** Receives the results of heartbeats, which show this feed whether the combiner answers other calls than its own. */
    Heartbeats.Listener heartbeatListener(TaskFeed feed) {
        return new Heartbeats.Listener() {

            @Override
            public void answered() {
                outbox.othersAnswer();
                feed.othersAnswer();
            }

            @Override
            public void failed(EdgeException error) {
                if (FailureKind.of(error) == FailureKind.TIMEOUT) {
                    silent();
                } else if (FailureKind.mayBeAnOutage(error)) {
                    outbox.othersFail();
                    feed.othersFail();
                }
            }

            @Override
            public void silent() {
                outbox.hold();
                feed.othersFail();
            }

            @Override
            public void linkQuality(LinkQuality from, LinkQuality to) {
                quality = to;
                listeners.linkQualityChanged(from, to);
                ClientState state = states.state();
                if (state == ClientState.CONNECTED || state == ClientState.DEGRADED) {
                    showState();
                }
            }
        };
    }
}
