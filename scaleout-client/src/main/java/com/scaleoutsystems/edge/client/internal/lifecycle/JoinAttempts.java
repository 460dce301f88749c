package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.TryLaterException;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Memory;
import com.scaleoutsystems.edge.client.internal.check.Misfits;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Backoff;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.SaidOnce;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.join.NoApiException;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Tries to join for as long as those who start the client have patience: after a failure that may pass it waits and tries again, with
 * growing waits. All who start at the same time share the attempts. Lives on the client's strand.
 */
final class JoinAttempts {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    /** The longest wait between two attempts, unless the server asks for a longer one. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    /** So many attempts in a row may fail for a reason that nobody knows. */
    private static final int MOST_UNKNOWN = 5;

    /** Who has more patience than this waits without limit. */
    private static final Duration NEVER = Duration.ofDays(36_500);

    /**
     * Somebody who starts the client.
     *
     * @param until how long to try, in monotonic time; empty for without limit
     * @param aside whether nobody may look at the result
     */
    private record Starter(CompletableFuture<@Nullable Void> result, Optional<Long> until, boolean aside) {

        boolean gaveUp(long now) {
            return until.isPresent() && until.get() - now <= 0;
        }

        static Optional<Long> later(Optional<Long> one, Optional<Long> other) {
            return one.isEmpty() || other.isEmpty()
                    ? Optional.empty()
                    : Optional.of(one.get() - other.get() > 0 ? one.get() : other.get());
        }
    }

    private final Env env;
    private final Strand strand;
    private final StateMachine states;
    private final ClientParts client;
    private final RetryPolicy once;
    private final Backoff backoff;
    private final Supplier<? extends CompletionStage<@Nullable Void>> attempt;
    private final List<Starter> starters = new ArrayList<>();

    /** Each run of attempts has a warning of its own. */
    private SaidOnce said;

    /** How many attempts in a row failed for a reason that nobody knows. */
    private int unknown;

    private boolean underWay;
    private @Nullable Cancellable pause;

    /** Whether the attempt of the moment is the only one, so that its calls are repeated as often as the host has set. */
    private boolean single;

    private @Nullable String trouble;

    /**
     * Nobody has started the client yet.
     *
     * @param attempt begins one attempt to join and to take tasks
     */
    JoinAttempts(ClientParts client, Supplier<? extends CompletionStage<@Nullable Void>> attempt) {
        this.client = client;
        this.env = client.env();
        this.strand = client.strand();
        this.states = client.states();
        RetryPolicy connect = client.settings().connect();
        this.once = connect.withMaxAttempts(1);
        this.backoff = new Backoff(connect.withMaxDelay(LONGEST_WAIT), env.random());
        this.said = new SaidOnce(env::nanos);
        this.attempt = attempt;
    }

    /**
     * Joins. If somebody starts the client already, waits at least as long as they do, and the next attempt comes at once.
     *
     * @param patience how long to try again after failures that may pass; zero for one attempt, whose calls are repeated
     * @param aside whether nobody may look at the result
     */
    void join(Duration patience, boolean aside, CompletableFuture<@Nullable Void> result) {
        Optional<Long> until =
                patience.compareTo(NEVER) >= 0 ? Optional.empty() : Optional.of(env.nanos() + patience.toNanos());
        for (Starter other : starters) {
            until = Starter.later(until, other.until());
        }
        starters.add(new Starter(result, until, aside));
        if (pause != null) {
            pause.cancel();
            pause = null;
        }
        if (!underWay) {
            next();
        }
    }

    /** How often the calls of the moment are made again before their failure counts. */
    RetryPolicy callRetry() {
        return single || !underWay ? client.settings().connect() : once;
    }

    /** Whether somebody starts the client. */
    boolean isTrying() {
        return !starters.isEmpty();
    }

    /** Why the client has not joined, for people, if it has tried to. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Makes no more attempts; whoever waits is released by others. */
    void stop() {
        starters.clear();
        trouble = null;
        if (pause != null) {
            pause.cancel();
            pause = null;
        }
    }

    private void next() {
        if (underWay) {
            // A pause that was cancelled too late: two attempts at once would take each other's login.
            return;
        }
        pause = null;
        if (starters.isEmpty() || states.isClosing()) {
            return;
        }
        long now = env.nanos();
        single = backoff.failures() == 0 && starters.stream().allMatch(starter -> starter.gaveUp(now));
        underWay = true;
        strand.when(Stages.begun(attempt), (ok, error) -> ended(error), this::ended);
    }

    private void ended(@Nullable Throwable error) {
        underWay = false;
        if (error == null) {
            if (backoff.failures() > 0) {
                LOG.info("the client has joined after {} failed attempts", backoff.failures());
            }
            over();
            release(List.copyOf(starters), starter -> starter.result().complete(null));
        } else if (!states.isClosing()) {
            failed(error);
        }
    }

    private void over() {
        backoff.reset();
        said = new SaidOnce(env::nanos);
        trouble = null;
        unknown = 0;
    }

    private void failed(Throwable error) {
        Duration own = backoff.next();
        int failures = backoff.failures();
        long now = env.nanos();
        unknown = isUnknown(error) ? unknown + 1 : 0;
        boolean mayPass = isUnknown(error) ? unknown < MOST_UNKNOWN : mayPass(error);
        List<Starter> left = starters.stream()
                .filter(starter -> !mayPass || starter.gaveUp(now))
                .toList();
        boolean goesOn = left.size() < starters.size();
        boolean untold = left.stream().anyMatch(Starter::aside);
        if (goesOn || untold) {
            client.listeners().error(asEdgeException(error));
        }
        if (goesOn) {
            waitFor(untilNext(own, error, now), error, failures);
        } else {
            over();
            trouble = "the client has not joined: " + Failures.describe(error) + "; start it again";
            if (untold) {
                LOG.warn("the client gives up joining: {}", Failures.describe(error));
            }
            states.on(StateEvent.NOT_JOINED, "joining failed: " + Failures.describe(error));
        }
        Throwable told = counted(error, failures);
        release(left, starter -> starter.result().completeExceptionally(told));
    }

    /** The one who starts waits for nothing more, and may start again at once. */
    private void release(List<Starter> all, Consumer<Starter> end) {
        starters.removeAll(all);
        all.forEach(end);
    }

    private void waitFor(Duration time, Throwable error, int failures) {
        trouble = "the client has not joined yet: " + Failures.describe(error) + " (attempts: " + failures
                + ", the next one at " + env.wall().plus(time).truncatedTo(ChronoUnit.SECONDS) + ")";
        // With a code of its own: a network without a compute package is news, though its code is that of a closed
        // client.
        said.fails(
                LOG,
                new EdgeException(ErrorCode.UNAVAILABLE, Failures.describe(error)),
                "the client has not joined yet and tries again, in the end every {} s",
                LONGEST_WAIT.toSeconds());
        pause = strand.after(time, this::next);
    }

    /** Whose patience ends within the wait gets a last attempt at that time. */
    private Duration untilNext(Duration own, Throwable error, long now) {
        long time = TryLaterException.wait(own, error).toNanos();
        for (Starter starter : starters) {
            if (!starter.gaveUp(now) && starter.until().isPresent()) {
                time = Math.min(time, starter.until().get() - now);
            }
        }
        return Duration.ofNanos(time);
    }

    /**
     * Whether another attempt of this process may succeed. A lack of memory or threads may pass, as a network's may, and a gateway may get
     * its route to the API.
     */
    private static boolean mayPass(Throwable error) {
        if (error instanceof NoApiException) {
            return true;
        }
        return !Misfits.explain(error)
                && ((error instanceof EdgeException known && known.retryable()) || Memory.ranOut(error));
    }

    /** Neither the SDK nor a library has a name for it. */
    private static boolean isUnknown(Throwable error) {
        Throwable reason =
                error instanceof EdgeException known && known.code() == ErrorCode.INTERNAL ? known.getCause() : error;
        return reason instanceof RuntimeException && !(reason instanceof EdgeException) && !Misfits.explain(error);
    }

    private static EdgeException asEdgeException(Throwable error) {
        if (error instanceof EdgeException known) {
            return known;
        }
        return Misfits.explain(error)
                ? Misfits.refusal(error)
                : new EdgeException(
                        ErrorCode.INTERNAL,
                        "the client cannot join: " + Failures.describe(error),
                        error,
                        Memory.ranOut(error),
                        1);
    }

    private static Throwable counted(Throwable error, int failures) {
        return failures > 1 && error instanceof EdgeException known
                ? new EdgeException(
                        known.code(),
                        known.getMessage() + " (" + failures + " attempts)",
                        known,
                        known.retryable(),
                        Math.max(failures, known.attempts()))
                : error;
    }
}
