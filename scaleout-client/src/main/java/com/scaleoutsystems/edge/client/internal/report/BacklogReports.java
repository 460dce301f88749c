package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.NetworkGate;
import com.scaleoutsystems.edge.client.internal.transport.UnknownCall;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Tells the combiner every 30 s how much is still to be sent; after growing waits if the combiner does not want to know. Lives on the
 * client's strand.
 */
public final class BacklogReports {

    private static final Logger LOG = Loggers.of(Loggers.REPORT);

    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private final CombinerTransport transport;
    private final Outbox outbox;
    private final Strand strand;
    private final NetworkGate gate;
    private final UnknownCall refused = new UnknownCall();
    private boolean refusalTold;
    private @Nullable Cancellable next;
    private CompletionStage<@Nullable Void> latest = CompletableFuture.completedFuture(null);
    private boolean running;

    /** Reports that have not begun. */
    public BacklogReports(CombinerTransport transport, Outbox outbox, Strand strand, NetworkGate gate) {
        this.transport = transport;
        this.outbox = outbox;
        this.strand = strand;
        this.gate = gate;
    }

    /** Sends the first one after an interval. */
    public void start() {
        running = true;
        again(INTERVAL);
    }

    /** Sends no further ones; done when the one in progress has ended. */
    public CompletionStage<@Nullable Void> stop() {
        running = false;
        if (next != null) {
            next.cancel();
            next = null;
        }
        return latest;
    }

    private void again(Duration wait) {
        if (running) {
            next = strand.after(wait, this::report);
        }
    }

    private void report() {
        if (!gate.isOpen()) {
            again(INTERVAL);
            return;
        }
        latest = Stages.begun(() -> {
            Backlog backlog = outbox.backlog();
            return transport.reportBacklog(backlog.total(), backlog.droppedInAll(), backlog.oldestAge());
        });
        strand.when(latest, (done, error) -> {
            if (error instanceof EdgeException known && isRefusal(known.code())) {
                again(refused(known));
                return;
            }
            if (error == null) {
                refused.reset();
                refusalTold = false;
            } else {
                LOG.debug("a backlog report failed", error);
            }
            again(INTERVAL);
        });
    }

    private Duration refused(EdgeException refusal) {
        Duration wait = refused.next();
        if (!refusalTold) {
            refusalTold = true;
            LOG.warn(
                    "the combiner accepts no backlog reports; the client tries again after {} min, and then seldomer: {}",
                    wait.toMinutes(),
                    refusal.getMessage());
        }
        return wait;
    }

    private static boolean isRefusal(ErrorCode code) {
        return code == ErrorCode.INVALID_ARGUMENT || code == ErrorCode.UNIMPLEMENTED;
    }
}
