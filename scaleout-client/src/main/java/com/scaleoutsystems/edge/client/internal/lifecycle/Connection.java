package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.report.Outbox;
import com.scaleoutsystems.edge.client.internal.task.HostCalls;
import com.scaleoutsystems.edge.client.internal.task.TaskService;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Hello;
import com.scaleoutsystems.edge.client.internal.transport.RoundTrip;
import com.scaleoutsystems.edge.client.internal.transport.TaskFeed;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.AbortReason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A client's work with its combiner: greets it, takes tasks and sends records, winds down and leaves. Lives on the client's strand. */
final class Connection {

    private final ReportingSettings settings;
    private final Strand strand;
    private final Outbox outbox;
    private final CombinerParts combiner;
    private final TaskService tasks;
    private final TaskFeed feed;
    private boolean started;

    Connection(ClientParts client, CombinerParts combiner) {
        this.settings = client.settings().reporting();
        this.strand = client.strand();
        this.outbox = client.outbox();
        this.combiner = combiner;
        this.tasks = combiner.tasks();
        this.feed = combiner.feed();
    }

    /**
     * Checks that the versions fit.
     *
     * @param policy how often to try
     */
    CompletionStage<@Nullable Void> greet(RetryPolicy policy) {
        return combiner.announcements().greet(policy);
    }

    /** Takes tasks and sends records from now on. */
    void start() {
        if (started) {
            return;
        }
        // What may fail comes first: as long as nothing has begun, the host can start again.
        tasks.feed(feed);
        tasks.recover();
        started = true;
        outbox.use(combiner.link().calls());
        if (settings.heartbeats()) {
            combiner.heartbeats().start();
        }
        if (settings.nodeTelemetry()) {
            combiner.telemetry().start();
        }
        combiner.backlogReports().start();
        feed.start();
        combiner.announcements().connect();
        combiner.reassignment().start(this::moved);
    }

    /** The combiner is another one: it is to know of the client, of its tasks and of what waits. */
    private void moved() {
        combiner.announcements().connect();
        combiner.heartbeats().moved();
        goOn();
    }

    /** What failures hold up is tried again now: their reason is gone. */
    void goOn() {
        if (started) {
            combiner.reassignment().goOn();
            combiner.link().calls().reconnectNow();
            outbox.goOn();
            feed.goOn();
        }
    }

    /**
     * Accepts no more tasks and aborts the current ones; done when the combiner knows how all of them ended.
     *
     * @param longestGrace how long callbacks may take to notice, at the most, before they are interrupted
     */
    CompletionStage<@Nullable Void> drain(Duration longestGrace) {
        combiner.reassignment().stop();
        combiner.announcements().stop();
        combiner.telemetry().stop();
        tasks.drain(AbortReason.CLIENT_CLOSING, longestGrace);
        if (started) {
            combiner.link().calls().reconnectNow();
            outbox.hurry();
            feed.hurry();
        }
        // The host may have started tasks of its own before the client took any.
        return tasks.quiet();
    }

    /** What the host does on its own account. */
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
        outbox.rest();
        combiner.telemetry().stop();
        return CompletableFuture.allOf(
                feed.stop().toCompletableFuture(),
                combiner.heartbeats().stop().toCompletableFuture(),
                combiner.backlogReports().stop().toCompletableFuture(),
                combiner.announcements().ended().toCompletableFuture());
    }

    /** Says to the combiner that the client leaves, if the client has taken part. */
    CompletionStage<Hello> leave() {
        return started ? combiner.announcements().leave() : CompletableFuture.completedFuture(new Hello(true, "", ""));
    }

    /** Lets go of the combiner without a word. */
    void abandon() {
        tasks.stop();
        combiner.reassignment().stop();
        combiner.announcements().stop();
        var unused = fallSilent();
        combiner.link().close();
    }

    /** Why the combiner does not answer, for people, if the client looks for another one. */
    Optional<String> trouble() {
        return combiner.reassignment().trouble();
    }

    /** How well the combiner can be reached. */
    LinkQuality linkQuality() {
        return combiner.heartbeats().linkQuality();
    }

    /** The last poll that the combiner answered, if there was one. */
    Optional<RoundTrip> lastPoll() {
        return feed.lastPoll();
    }

    /** The last poll or heartbeat that the combiner answered, if there was one. */
    Optional<RoundTrip> lastAnswer() {
        return Stream.of(feed.lastPoll(), combiner.heartbeats().lastBeat())
                .flatMap(Optional::stream)
                .reduce(RoundTrip::later);
    }

    /** The tasks whose callbacks ignore their abort. */
    List<String> stuckTasks() {
        return tasks.stuckTasks();
    }

    /** Whether the client takes no tasks for now. */
    boolean isBlocked() {
        return tasks.isBlocked();
    }
}
