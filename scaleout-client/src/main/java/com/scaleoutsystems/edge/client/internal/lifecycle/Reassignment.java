package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.TryLaterException;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.RetryLoop;
import com.scaleoutsystems.edge.client.internal.core.SaidOnce;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Announcement;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Finds another combiner for a client whose own one stays away: asks the API again, greets the combiner that it names, and has the client
 * move there. Until then the client goes on trying its own one, and stays with it if it answers first. Clients that lose their combiner at
 * the same time do not ask at the same time. Lives on the client's strand.
 */
final class Reassignment {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    /** So soon, at the latest, the client learns that the API has another combiner for it. About as often as a client polls. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(8);

    private static final RetryPolicy PATIENCE = RetryPolicy.defaults()
            .withMaxAttempts(Integer.MAX_VALUE)
            .withFirstDelay(Duration.ofSeconds(2))
            .withMultiplier(2)
            .withMaxDelay(LONGEST_WAIT);

    /** So many times longer are the waits if the combiner lives. */
    private static final int SLOWER = 8;

    /** Each question with a credential that is refused for good would log in anew. */
    private static final Duration AFTER_REJECTION = Duration.ofMinutes(1);

    /** This part of the limit passes after the first failure at least: until then the network may have hiccupped. */
    private static final int LEAST_PART = 3;

    /** Clients ask within this part of the limit, each at a time of its own. */
    private static final int SPREAD_PART = 6;

    /** However short the limit is, a client that none of its combiners serves moves no more often than this. */
    private static final Duration LEAST_WAIT = Duration.ofSeconds(1);

    /** Who assigns combiners. */
    interface Assigner {
        /** Whether the client's combiner was assigned, and not chosen by the host. */
        boolean mayAsk();

        /** Asks for a combiner; fails if there is none. */
        CompletionStage<GrpcConnectionOptions> ask();
    }

    private final Env env;
    private final Strand strand;
    private final StateMachine states;
    private final ClientParts client;
    private final CombinerLink link;
    private final Assigner assigner;
    private final Duration limit;
    private Runnable moved = () -> {};
    private Cancellable watch = () -> {};
    private long lastAnswer;

    /** When the combiner last answered anything but a poll, while it refused polls. */
    private long lastSign;

    private @Nullable Cancellable timer;

    /** Tells absences apart: a timer that was cancelled too late is not that of the next one. */
    private int absence;

    private @Nullable RetryLoop<CombinerLink.Way> search;
    private @Nullable String trouble;

    /** Each search has a warning of its own. */
    private SaidOnce said;

    private boolean running;

    /** A combiner that has not been away. */
    Reassignment(ClientParts client, CombinerLink link, Assigner assigner) {
        this.client = client;
        this.env = client.env();
        this.strand = client.strand();
        this.states = client.states();
        this.link = link;
        this.assigner = assigner;
        this.limit = client.settings().join().reassignAfter();
        this.said = new SaidOnce(env::nanos);
        this.lastAnswer = env.nanos();
        this.lastSign = lastAnswer - limit.toNanos();
    }

    /**
     * Watches from now on.
     *
     * @param whenMoved is to greet the new combiner in full
     */
    void start(Runnable whenMoved) {
        moved = whenMoved;
        running = true;
        lastAnswer = env.nanos();
        watch = client.gate().whenChanged(this::gateChanged);
    }

    /** While the host restricts the network, the client looks for no other combiner; the next failure after that begins it again. */
    private void gateChanged() {
        if (!client.gate().isOpen()) {
            end();
        }
    }

    /** Looks for no other combiner from now on. */
    void stop() {
        running = false;
        watch.cancel();
        end();
    }

    /** The combiner answers. */
    void answered() {
        lastAnswer = env.nanos();
        end();
    }

    private void end() {
        if (timer != null) {
            timer.cancel();
            timer = null;
            absence++;
        }
        if (search != null) {
            RetryLoop<CombinerLink.Way> ended = search;
            search = null;
            trouble = null;
            ended.cancel();
        }
    }

    /** The client has another credential: the API, if it is to be asked, is asked now. */
    void goOn() {
        if (search != null) {
            end();
            begin();
        }
    }

    /** The combiner gives no work, but answers other calls. The API then has no other one soon: it is asked more rarely. */
    void refusesWork() {
        lastSign = env.nanos();
    }

    /** The combiner does not answer. While the host restricts the network, the client looks for no other one. */
    void unanswered() {
        if (running && client.gate().isOpen() && timer == null && search == null && assigner.mayAsk()) {
            long now = env.nanos();
            long least = Math.max(limit.dividedBy(LEAST_PART).toNanos(), LEAST_WAIT.toNanos());
            long sinceAnswer = limit.toNanos() - (now - lastAnswer);
            long spread = (long) (env.random().nextDouble()
                    * (double) limit.dividedBy(SPREAD_PART).toNanos());
            int mine = ++absence;
            timer = strand.after(Duration.ofNanos(Math.max(sinceAnswer, least) + spread), () -> {
                if (mine == absence) {
                    begin();
                }
            });
        }
    }

    /** Why the client has no combiner that answers, for people, if it looks for one. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    private void begin() {
        timer = null;
        if (!running || search != null || !client.gate().isOpen()) {
            // The next failure sets the timer again.
            return;
        }
        states.on(
                StateEvent.REASSIGN,
                "the combiner " + link.combiner().address() + " has not answered for "
                        + Duration.ofNanos(env.nanos() - lastAnswer).toSeconds() + " s");
        RetryLoop<CombinerLink.Way> loop = new RetryLoop<>(env, strand, PATIENCE, this::find)
                .retryAfter(failure -> true)
                .waitFor(this::wait)
                .beforeWait(this::notFound);
        said = new SaidOnce(env::nanos);
        search = loop;
        strand.when(loop.start(), (way, error) -> {
            if (search != loop) {
                if (way != null) {
                    link.abandon(way);
                }
                return;
            }
            search = null;
            if (way != null) {
                move(way);
            } else {
                LOG.warn("the search for another combiner broke off; the next failure begins it again", error);
            }
        });
    }

    private Duration wait(Duration own, Throwable failure) {
        boolean lives = env.nanos() - lastSign < limit.toNanos();
        Duration time = TryLaterException.wait(lives ? own.multipliedBy(SLOWER) : own, failure);
        boolean refused = Credentials.isRejection(failure) && time.compareTo(AFTER_REJECTION) < 0;
        return refused ? AFTER_REJECTION : time;
    }

    private void notFound(Throwable failure, Duration wait) {
        if (!client.gate().isOpen()) {
            // The host knows that it has restricted the network.
            return;
        }
        trouble = "the client looks for another combiner: " + Failures.describe(failure);
        said.fails(
                LOG,
                failure,
                "client {} has found no other combiner yet and looks on",
                client.settings().clientId());
        client.listeners()
                .error(
                        failure instanceof EdgeException known
                                ? known
                                : new EdgeException(ErrorCode.INTERNAL, Failures.describe(failure), failure, true, 1));
    }

    /** Another combiner than the one that does not answer, and that answers itself. */
    private CompletionStage<CombinerLink.Way> find() {
        CompletableFuture<CombinerLink.Way> found = new CompletableFuture<>();
        RetryLoop<CombinerLink.Way> mine = search;
        strand.when(Stages.begun(assigner::ask), found, (combiner, error) -> {
            if (search != mine) {
                // The own combiner answers again, or the host has closed the network: no connection is opened any more.
                found.completeExceptionally(new EdgeException(ErrorCode.CANCELLED, "the search is over"));
            } else if (combiner == null) {
                HostRequests.fail(found, error);
            } else if (isSame(combiner, link.combiner())) {
                found.completeExceptionally(new EdgeException(
                        ErrorCode.UNAVAILABLE,
                        "the API assigns the same combiner again, " + combiner.address(),
                        null,
                        true,
                        1));
            } else {
                greet(link.open(combiner), found);
            }
        });
        return found;
    }

    private static boolean isSame(GrpcConnectionOptions one, GrpcConnectionOptions other) {
        return one.address().equals(other.address()) && one.tls() == other.tls();
    }

    private void greet(CombinerLink.Way way, CompletableFuture<CombinerLink.Way> found) {
        strand.when(
                Stages.begun(() -> way.transport().announce(Announcement.VERSION_CHECK)),
                (hello, error) -> {
                    if (hello == null) {
                        link.abandon(way);
                        HostRequests.fail(found, error);
                    } else {
                        Announcements.requireCompatible(hello, client.settings().clientVersion());
                        found.complete(way);
                    }
                },
                fault -> {
                    link.abandon(way);
                    found.completeExceptionally(fault);
                });
    }

    private void move(CombinerLink.Way way) {
        LOG.info(
                "client {}: moves from combiner {} to {}",
                client.settings().clientId(),
                link.combiner().address(),
                way.combiner().address());
        trouble = null;
        lastAnswer = env.nanos();
        link.take(way);
        states.on(StateEvent.ANSWERED, "moved to the combiner " + way.combiner().address());
        moved.run();
    }
}
