package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.network.NetworkPolicy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What the host lets the client use the network for. Whoever begins calls by itself asks the gate, and hears of each change. Transfers that
 * are under way when the gate closes stop, and begin again when it opens. Lives on the client's strand, except for {@link #policy()}.
 */
public final class NetworkGate {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    private final Strand strand;
    private final List<Runnable> listeners = new ArrayList<>();
    private final Set<Passage<?>> passages = new LinkedHashSet<>();
    private volatile NetworkPolicy policy = NetworkPolicy.ALL;
    private boolean ended;

    /** An open gate. */
    public NetworkGate(Strand strand) {
        this.strand = strand;
    }

    /** What the client may use the network for. From any thread. */
    public NetworkPolicy policy() {
        return policy;
    }

    /** Whether the client may use the network for everything. */
    public boolean isOpen() {
        return policy == NetworkPolicy.ALL;
    }

    /** Whether urgent records may leave. */
    public boolean letsAlertsPass() {
        return policy != NetworkPolicy.PAUSED;
    }

    /**
     * Does this after each change.
     *
     * @return ends that. Who lives shorter than the client must end it: a client may try to join for days, and leave much behind
     */
    public Cancellable whenChanged(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** From now on the client may use the network for this. */
    public void set(NetworkPolicy changed) {
        if (policy == changed) {
            return;
        }
        LOG.info("the program has changed what the client may use the network for: {} → {}", policy, changed);
        policy = changed;
        List.copyOf(passages).forEach(Passage::changed);
        for (Runnable listener : List.copyOf(listeners)) {
            try {
                listener.run();
            } catch (Throwable fault) {
                LOG.warn("a part of the client failed at the change to {}", changed, fault);
            }
        }
    }

    /** What a call of the host fails with that needs the network while the gate is closed. */
    public EdgeException closed() {
        return new EdgeException(
                ErrorCode.UNAVAILABLE,
                "the program has set the client's network policy to " + policy
                        + ", so the client transfers no models; call resume() first",
                null,
                true,
                0);
    }

    /**
     * Makes a transfer when the gate is open, and as often as the gate closes meanwhile.
     *
     * @param attempt begins the transfer
     */
    public <T extends @Nullable Object> Transfer<T> transfer(Supplier<Transfer<T>> attempt) {
        Passage<T> passage = new Passage<>(attempt);
        if (ended) {
            passage.giveUp();
        } else {
            passages.add(passage);
            passage.proceed();
        }
        return new Transfer<>(passage.result, () -> strand.execute(passage::giveUp));
    }

    /** The client is closed: what waits for the gate to open ends as CANCELLED. */
    public void end() {
        ended = true;
        List.copyOf(passages).forEach(Passage::giveUp);
    }

    /** One transfer with its attempts. */
    private final class Passage<T extends @Nullable Object> {

        private final Supplier<Transfer<T>> attempt;
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private @Nullable Transfer<T> running;
        private boolean stopped;
        private boolean givenUp;

        Passage(Supplier<Transfer<T>> attempt) {
            this.attempt = attempt;
        }

        void proceed() {
            if (!isOpen() || running != null || result.isDone()) {
                return;
            }
            stopped = false;
            Transfer<T> begun;
            try {
                begun = attempt.get();
            } catch (Throwable failure) {
                end(CompletableFuture.failedFuture(failure));
                return;
            }
            running = begun;
            strand.when(begun.result(), (value, error) -> {
                running = null;
                if (error != null && stopped && !givenUp) {
                    proceed();
                } else {
                    end(begun.result());
                }
            });
        }

        void changed() {
            if (isOpen()) {
                proceed();
            } else if (running != null) {
                stopped = true;
                running.cancel();
            }
        }

        void giveUp() {
            givenUp = true;
            if (running != null) {
                running.cancel();
            } else {
                end(CompletableFuture.failedFuture(
                        new EdgeException(ErrorCode.CANCELLED, "given up before the network could be used")));
            }
        }

        private void end(CompletionStage<T> last) {
            passages.remove(this);
            var unused = last.whenComplete((value, error) -> {
                if (error == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(error);
                }
            });
        }
    }
}
