package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the combiner that the client lives: an interval after the former heartbeat has ended, whatever its end. */
public final class Heartbeats {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.REPORT);

    private final CombinerTransport transport;
    private final Strand strand;
    private final Duration interval;
    private @Nullable Cancellable next;
    private CompletionStage<@Nullable Void> latest = CompletableFuture.completedFuture(null);
    private boolean running;

    /** Heartbeats that have not begun. */
    public Heartbeats(CombinerTransport transport, Strand strand, Duration interval) {
        this.transport = transport;
        this.strand = strand;
        this.interval = interval;
    }

    /** Sends the first one now. */
    public void start() {
        running = true;
        beat();
    }

    /** Sends no more; done when the one that is under way has ended. */
    public CompletionStage<@Nullable Void> stop() {
        running = false;
        if (next != null) {
            next.cancel();
            next = null;
        }
        return latest;
    }

    private void beat() {
        if (!running) {
            return;
        }
        latest = transport.heartbeat(interval);
        strand.when(latest, (done, error) -> {
            if (error != null) {
                LOG.debug("a heartbeat failed", error);
            }
            if (running) {
                next = strand.after(interval, this::beat);
            }
        });
    }
}
