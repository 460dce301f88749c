package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.internal.core.Events;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.RetryLoop;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.report.BacklogReports;
import com.scaleoutsystems.edge.client.internal.report.Heartbeats;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.internal.report.NodeTelemetry;
import com.scaleoutsystems.edge.client.internal.report.Outbox;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.task.CurrentTasks;
import com.scaleoutsystems.edge.client.internal.task.HostCalls;
import com.scaleoutsystems.edge.client.internal.task.ModelTrust;
import com.scaleoutsystems.edge.client.internal.task.Reachability;
import com.scaleoutsystems.edge.client.internal.task.RecoveredRows;
import com.scaleoutsystems.edge.client.internal.task.TaskDependencies;
import com.scaleoutsystems.edge.client.internal.task.TaskPolicy;
import com.scaleoutsystems.edge.client.internal.task.TaskService;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Announcement;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Hello;
import com.scaleoutsystems.edge.client.internal.transport.PollingFeed;
import com.scaleoutsystems.edge.client.internal.transport.StreamFeed;
import com.scaleoutsystems.edge.client.internal.transport.TaskFeed;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.TaskArrival;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client has while it has a combiner: transport, feed, tasks, heartbeats. Lives on the client's strand. */
final class Connection {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.CLIENT);

    /** The parts that outlive a connection. */
    record Shared(
            IdentityRows rows,
            RecoveredRows recovered,
            Outbox outbox,
            HostLog log,
            Events events,
            StateMachine states,
            CurrentTasks current) {}

    private final ClientSettings settings;
    private final Adapters adapters;
    private final Strand strand;
    private final ClientIdentity identity;
    private final CombinerTransport transport;
    private final Shared shared;
    private final TaskService tasks;
    private @Nullable TaskFeed feed;
    private final Heartbeats heartbeats;
    private final NodeTelemetry telemetry;
    private final BacklogReports backlogReports;
    private CompletionStage<?> connecting = CompletableFuture.completedFuture(null);
    private boolean started;
    private boolean leaving;
    private boolean unreachable;
    private boolean beats;

    Connection(
            ClientSettings settings,
            Adapters adapters,
            Strand strand,
            ClientIdentity identity,
            CombinerTransport transport,
            Shared shared) {
        this.settings = settings;
        this.adapters = adapters;
        this.strand = strand;
        this.identity = identity;
        this.transport = transport;
        this.shared = shared;
        this.tasks = new TaskService(
                new TaskDependencies(
                        identity.clientId(),
                        adapters.env(),
                        strand,
                        transport,
                        shared.rows(),
                        shared.recovered(),
                        adapters.blobs(),
                        adapters.models(),
                        shared.outbox(),
                        shared.log(),
                        shared.events(),
                        shared.current(),
                        settings.callbacks()),
                new TaskPolicy(
                        settings.tasks(),
                        settings.reporting().taskStatuses(),
                        settings.transfers().retry(),
                        new ModelTrust(settings.trust(), settings.signatures())));
        this.heartbeats = new Heartbeats(
                transport, adapters.env(), strand, settings.reporting().heartbeatInterval(), new Pulse());
        this.telemetry = new NodeTelemetry(transport, shared.log(), adapters.env(), strand, heartbeats::linkQuality);
        this.backlogReports = new BacklogReports(transport, shared.outbox(), strand);
    }

    /** Checks that the versions fit. */
    CompletionStage<@Nullable Void> greet() {
        RetryLoop<Hello> greeting = new RetryLoop<>(
                        adapters.env(),
                        strand,
                        settings.connect(),
                        () -> unlessLeaving(() -> transport.announce(Announcement.VERSION_CHECK)))
                .beforeWait((failure, wait) -> transport.reconnectNow());
        return greeting.start().thenApply(this::requireCompatible);
    }

    private CompletionStage<Hello> unlessLeaving(Supplier<CompletionStage<Hello>> call) {
        return leaving
                ? CompletableFuture.failedFuture(
                        new EdgeException(ErrorCode.CANCELLED, "the client was closed before the combiner answered"))
                : call.get();
    }

    private @Nullable Void requireCompatible(Hello hello) {
        if (hello.compatible()) {
            return null;
        }
        throw new EdgeException(
                ErrorCode.INCOMPATIBLE,
                "the combiner (version " + hello.serverVersion() + ") does not accept protocol release "
                        + identity.version() + ": " + hello.message());
    }

    /** Takes tasks and sends records from now on. */
    void start() {
        if (started) {
            return;
        }
        started = true;
        shared.outbox().use(transport);
        beats = settings.reporting().heartbeats();
        if (beats) {
            heartbeats.start();
        }
        if (settings.reporting().nodeTelemetry()) {
            telemetry.start();
        }
        backlogReports.start();
        TaskFeed.Sink sink = tasks.sink(new PollReachability());
        TaskFeed made = settings.tasks().arrival() == TaskArrival.POLLED
                ? new PollingFeed(transport, adapters.env(), strand, settings.tasks(), sink)
                : new StreamFeed(transport, adapters.env(), strand, sink);
        feed = made;
        tasks.feed(made);
        tasks.recover();
        made.start();
        announceConnect();
    }

    private void announceConnect() {
        RetryPolicy untilItAnswers = settings.connect().withMaxAttempts(Integer.MAX_VALUE);
        RetryLoop<Hello> announcing = new RetryLoop<Hello>(
                        adapters.env(),
                        strand,
                        untilItAnswers,
                        () -> unlessLeaving(() -> {
                            CompletionStage<Hello> announced = transport.announce(Announcement.CONNECT);
                            connecting = announced;
                            return announced;
                        }))
                .retryAfter(failure -> !isRefusal(failure))
                .beforeWait(
                        (failure, wait) -> LOG.debug("the combiner did not answer the client's announcement", failure));
        strand.when(announcing.start(), (hello, error) -> {
            if (error instanceof EdgeException refusal && refusal.code() != ErrorCode.CANCELLED) {
                LOG.warn("the combiner refuses the client's announcement: {}", refusal.getMessage());
                shared.events().error(refusal);
            }
        });
    }

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof EdgeException known && !known.retryable();
    }

    /**
     * Accepts no more tasks and aborts the current ones; done when the combiner knows how all of them ended.
     *
     * @param longestGrace how long callbacks may take to notice, at the most, before they are interrupted
     */
    CompletionStage<@Nullable Void> drain(Duration longestGrace) {
        leaving = true;
        telemetry.stop();
        tasks.drain(AbortReason.CLIENT_CLOSING, longestGrace);
        if (!started) {
            // The host may have started tasks of its own already.
            return tasks.quiet();
        }
        transport.reconnectNow();
        shared.outbox().hurry();
        if (feed != null) {
            feed.hurry();
        }
        return tasks.quiet();
    }

    /** What the host does with models and tasks by itself. */
    HostCalls hostCalls() {
        return tasks.hostCalls();
    }

    /** Completes when the combiner knows how all tasks ended. */
    CompletionStage<@Nullable Void> allTold() {
        CompletableFuture<@Nullable Void> told = new CompletableFuture<>();
        strand.execute(() -> strand.when(tasks.quiet(), (quiet, error) -> told.complete(null)));
        return told;
    }

    /** Whether records are sent. */
    boolean isStarted() {
        return started;
    }

    /** The tasks whose callbacks have not ended. */
    List<String> runningTasks() {
        return tasks.running();
    }

    /** Begins no more calls; done when those in progress have ended, so that none of them comes after the goodbye. */
    CompletionStage<@Nullable Void> fallSilent() {
        shared.outbox().rest();
        CompletableFuture<?> polling = feed == null
                ? CompletableFuture.completedFuture(null)
                : feed.stop().toCompletableFuture();
        CompletableFuture<?> beating = heartbeats.stop().toCompletableFuture();
        CompletableFuture<?> reporting = backlogReports.stop().toCompletableFuture();
        telemetry.stop();
        return CompletableFuture.allOf(polling, beating, reporting, connecting.toCompletableFuture());
    }

    /** Tells the combiner that the client leaves. */
    CompletionStage<Hello> leave() {
        return started
                ? transport.announce(Announcement.DISCONNECT)
                : CompletableFuture.completedFuture(new Hello(true, "", ""));
    }

    /** Lets go of the combiner without a word. */
    void abandon() {
        leaving = true;
        var unused = fallSilent();
        transport.close();
    }

    /** How well the combiner can be reached. */
    LinkQuality linkQuality() {
        return heartbeats.linkQuality();
    }

    /** The tasks whose callbacks ignore their abort. */
    List<String> stuckTasks() {
        return tasks.stuckTasks();
    }

    /** Whether a lane accepts no tasks because too many callbacks are stuck. */
    boolean isBlocked() {
        return tasks.isBlocked();
    }

    /** The combiner answers: well, or slowly. */
    private void showLink() {
        if (heartbeats.linkQuality() == LinkQuality.HEALTHY) {
            shared.states().to(ClientState.CONNECTED, "the combiner answers");
        } else {
            shared.states().to(ClientState.DEGRADED, "the link is " + heartbeats.linkQuality());
        }
    }

    private final class Pulse implements Heartbeats.Listener {

        @Override
        public void answersAgain() {
            shared.outbox().wake();
            if (feed != null) {
                feed.retryNow();
            }
        }

        @Override
        public void silent() {
            // A poll may be the first that is answered.
            unreachable = true;
            shared.outbox().hold();
        }

        @Override
        public void linkQuality(LinkQuality from, LinkQuality to) {
            shared.events().linkQualityChanged(from, to);
            ClientState state = shared.states().state();
            if (state == ClientState.CONNECTED || state == ClientState.DEGRADED) {
                showLink();
            }
        }
    }

    private final class PollReachability implements Reachability {

        @Override
        public void reachable() {
            if (unreachable) {
                unreachable = false;
                shared.outbox().wake();
            }
            showLink();
        }

        @Override
        public void unreachable(EdgeException error) {
            unreachable = true;
            if (!beats && error.code() == ErrorCode.DEADLINE_EXCEEDED) {
                // Nothing else would notice that the combiner is silent.
                shared.outbox().hold();
            }
            if (error.retryable()) {
                LOG.debug("a poll failed", error);
            } else if (shared.states().state() != ClientState.RECONNECTING) {
                LOG.warn("a poll failed; the client tries again: {}", error.getMessage());
            }
            shared.states().to(ClientState.RECONNECTING, String.valueOf(error.getMessage()));
            shared.events().error(error);
        }
    }
}
