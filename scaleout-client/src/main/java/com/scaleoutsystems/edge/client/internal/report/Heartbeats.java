package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Backoff;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.FailureKind;
import com.scaleoutsystems.edge.client.internal.transport.MovedException;
import com.scaleoutsystems.edge.client.internal.transport.RoundTrip;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Tells the combiner that the client lives: an interval after the former heartbeat has ended, whatever its end. Judges the link by
 * the answers, and is the first to notice that a combiner is back. Lives on the client's strand.
 */
public final class Heartbeats {

    private static final Logger LOG = Loggers.of(Loggers.REPORT);

    /** A heartbeat without an answer for this time counts as failed, and again after each further time. */
    private static final Duration SHORTEST_DEADLINE = Duration.ofSeconds(5);

    /**
     * While the combiner does not answer, it is asked after growing waits, so that a short absence is over soon, and a combiner that comes
     * back after a long one does not hear from all its clients within a second.
     */
    private static final RetryPolicy SEARCH = RetryPolicy.defaults()
            .withMaxAttempts(1)
            .withFirstDelay(Duration.ofSeconds(1))
            .withMultiplier(1.5)
            .withMaxDelay(Duration.ofMillis(9_500));

    /** Learns what heartbeats show. */
    public interface Listener {
        /** A heartbeat was answered. */
        void answered();

        /** A heartbeat failed. */
        void failed(EdgeException error);

        /** A heartbeat is not answered: the combiner is silent. */
        void silent();

        /** The link became better or worse. */
        void linkQuality(LinkQuality from, LinkQuality to);
    }

    private final CombinerTransport transport;
    private final Env env;
    private final Strand strand;
    private final Duration interval;
    private final Listener listener;
    private final Backoff search;
    private LinkEstimator link;
    private @Nullable Cancellable next;
    private @Nullable Cancellable deadline;
    private CompletionStage<@Nullable Void> latest = CompletableFuture.completedFuture(null);
    private @Nullable RoundTrip lastBeat;
    private boolean failing;
    private boolean inFlight;

    /** Tells heartbeats apart: a deadline that was cancelled too late is not that of the next one. */
    private int number;

    private boolean running;

    /** Heartbeats that have not begun. */
    public Heartbeats(CombinerTransport transport, Env env, Strand strand, Duration interval, Listener listener) {
        this.transport = transport;
        this.env = env;
        this.strand = strand;
        this.interval = interval;
        this.listener = listener;
        this.search = new Backoff(SEARCH, env.random());
        this.link = new LinkEstimator(env.nanos());
    }

    /** How well the combiner can be reached, as far as heartbeats show. */
    public LinkQuality linkQuality() {
        return link.quality();
    }

    /** The last heartbeat that the combiner answered, if there was one. */
    public Optional<RoundTrip> lastBeat() {
        return Optional.ofNullable(lastBeat);
    }

    /** Sends the first one now. */
    public void start() {
        running = true;
        beat();
    }

    /** The combiner is another one: what is known of the link no longer holds, and it is to know of the client now. */
    public void moved() {
        failing = false;
        judged(() -> link = new LinkEstimator(env.nanos()));
        next = cancelled(next);
        beat();
    }

    /** Sends no further ones; done when the one in progress has ended. */
    public CompletionStage<@Nullable Void> stop() {
        running = false;
        next = cancelled(next);
        deadline = cancelled(deadline);
        return latest;
    }

    private static @Nullable Cancellable cancelled(@Nullable Cancellable timer) {
        if (timer != null) {
            timer.cancel();
        }
        return null;
    }

    private void beat() {
        if (!running || inFlight) {
            return;
        }
        inFlight = true;
        number++;
        long start = env.nanos();
        latest = Stages.begun(() -> transport.heartbeat(interval));
        armDeadline();
        strand.when(latest, (done, error) -> {
            inFlight = false;
            deadline = cancelled(deadline);
            if (!running) {
                return;
            }
            try {
                if (error == null) {
                    answered(new RoundTrip(start, env.nanos()));
                } else {
                    LOG.debug("a heartbeat failed", error);
                    failed(SendFailures.of(error));
                }
            } finally {
                next = strand.after(failing ? search.next() : interval, this::beat);
            }
        });
    }

    private void armDeadline() {
        Duration twice = interval.multipliedBy(2);
        int mine = number;
        deadline = strand.after(twice.compareTo(SHORTEST_DEADLINE) > 0 ? twice : SHORTEST_DEADLINE, () -> {
            if (!inFlight || mine != number) {
                return;
            }
            LOG.debug("the combiner does not answer a heartbeat");
            judged(() -> link.failed(env.nanos()));
            failing = true;
            listener.silent();
            armDeadline();
        });
    }

    private void answered(RoundTrip beat) {
        failing = false;
        search.reset();
        lastBeat = beat;
        judged(() -> link.answered(beat.time().toNanos(), beat.answeredAt()));
        listener.answered();
    }

    private void failed(EdgeException error) {
        if (error instanceof MovedException) {
            failing = true;
            return;
        }
        // Whoever limits the rate of calls must not get more of them.
        failing = FailureKind.of(error) != FailureKind.RATE_LIMIT;
        boolean broken = error.code() == ErrorCode.UNAVAILABLE;
        judged(() -> {
            link.failed(env.nanos());
            if (broken) {
                link.broke();
            }
        });
        listener.failed(error);
        transport.reconnectNow();
    }

    private void judged(Runnable change) {
        LinkQuality before = link.quality();
        change.run();
        if (link.quality() != before) {
            listener.linkQuality(before, link.quality());
        }
    }
}
