package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.RetryLoop;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Announcement;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Hello;
import com.scaleoutsystems.edge.client.internal.transport.FailureKind;
import com.scaleoutsystems.edge.client.internal.transport.MovedException;
import com.scaleoutsystems.edge.client.internal.transport.NetworkGate;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Says to the combiner that the client is there, and that it leaves. Lives on the client's strand. */
final class Announcements {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    private final CombinerTransport transport;
    private final Env env;
    private final Strand strand;
    private final RetryPolicy retry;
    private final String release;
    private final ListenerCalls listeners;
    private final NetworkGate gate;
    private CompletionStage<?> connecting = CompletableFuture.completedFuture(null);
    private Cancellable announcing = () -> {};
    private boolean leaving;

    /** Whether the client has told once that it connects; the combiner may not have answered. */
    private boolean joined;

    /**
     * No announcement has been made yet.
     *
     * @param release the protocol release that the client claims to speak
     * @param gate says whether a client that has joined may announce anything
     */
    Announcements(
            CombinerTransport transport,
            Env env,
            Strand strand,
            RetryPolicy retry,
            String release,
            ListenerCalls listeners,
            NetworkGate gate) {
        this.transport = transport;
        this.env = env;
        this.strand = strand;
        this.retry = retry;
        this.release = release;
        this.listeners = listeners;
        this.gate = gate;
    }

    /**
     * Checks that the combiner answers and that it accepts the client's release.
     *
     * @param policy how often to try
     */
    CompletionStage<@Nullable Void> greet(RetryPolicy policy) {
        RetryLoop<Hello> greeting = new RetryLoop<>(
                        env, strand, policy, () -> unlessLeaving(() -> transport.announce(Announcement.VERSION_CHECK)))
                .beforeWait((failure, wait) -> {
                    LOG.info(
                            "greeting the combiner failed: {}; next attempt in {} ms",
                            Failures.describe(failure),
                            wait.toMillis());
                    transport.reconnectNow();
                });
        return greeting.start().thenApply(hello -> {
            requireCompatible(hello, release);
            return null;
        });
    }

    private CompletionStage<Hello> unlessLeaving(Supplier<CompletionStage<Hello>> call) {
        return leaving
                ? CompletableFuture.failedFuture(
                        new EdgeException(ErrorCode.CANCELLED, "the client was closed before the combiner answered"))
                : call.get();
    }

    /**
     * Checks a combiner's answer.
     *
     * @throws EdgeException INCOMPATIBLE if the combiner does not accept the client's release
     */
    static void requireCompatible(Hello hello, String release) {
        if (!hello.compatible()) {
            throw new EdgeException(
                    ErrorCode.INCOMPATIBLE,
                    "the combiner (version " + hello.serverVersion() + ") does not accept protocol release " + release
                            + ": " + hello.message());
        }
    }

    /** Says that the client connects, until the combiner has answered. To be called again when the combiner is another one. */
    void connect() {
        announcing.cancel();
        RetryPolicy untilItAnswers = retry.withMaxAttempts(Integer.MAX_VALUE);
        RetryLoop<Hello> loop = new RetryLoop<Hello>(
                        env,
                        strand,
                        untilItAnswers,
                        () -> unlessLeaving(() -> {
                            if (joined && !gate.isOpen()) {
                                return CompletableFuture.failedFuture(gate.closed());
                            }
                            joined = true;
                            CompletionStage<Hello> announced = transport.announce(Announcement.CONNECT);
                            connecting = announced;
                            return announced;
                        }))
                .retryAfter(failure -> !(failure instanceof EdgeException known && FailureKind.isForGood(known)))
                .beforeWait(
                        (failure, wait) -> LOG.debug("the combiner did not answer the client's announcement", failure));
        announcing = loop;
        strand.when(loop.start(), (hello, error) -> {
            if (error instanceof EdgeException refusal
                    && refusal.code() != ErrorCode.CANCELLED
                    && !(refusal instanceof MovedException)) {
                LOG.warn("the combiner refuses the client's announcement: {}", refusal.getMessage());
                listeners.error(refusal);
            }
        });
    }

    /** Begins no more attempts. */
    void stop() {
        leaving = true;
    }

    /** Completes when the attempt that is under way has ended, whatever its end. */
    CompletionStage<?> ended() {
        return connecting;
    }

    /** Says that the client leaves, unless the host lets it say nothing: then the combiner hears no heartbeats any longer. */
    CompletionStage<Hello> leave() {
        return gate.isOpen()
                ? transport.announce(Announcement.DISCONNECT)
                : CompletableFuture.completedFuture(new Hello(true, "", ""));
    }
}
