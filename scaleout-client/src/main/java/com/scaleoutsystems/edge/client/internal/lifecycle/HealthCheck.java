package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.report.Backlog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** How a client fares. A client whose strand does not answer in time is not live. */
final class HealthCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ClientParts client;
    private final Supplier<Optional<Connection>> connection;
    private final Supplier<Optional<String>> joining;

    /**
     * A check that has not begun.
     *
     * @param connection the client's connection at the moment; called on its strand
     * @param joining why the client has not joined, if it has tried to; called on its strand
     */
    HealthCheck(ClientParts client, Supplier<Optional<Connection>> connection, Supplier<Optional<String>> joining) {
        this.client = client;
        this.connection = connection;
        this.joining = joining;
    }

    /** Asks the client. Also answers for one that is closed. */
    CompletionStage<Health> ask() {
        CompletableFuture<Health> health = new CompletableFuture<>();
        Cancellable timeout = client.env().after(PATIENCE, () -> health.complete(silent()));
        client.strand().execute(() -> {
            health.complete(now());
            timeout.cancel();
        });
        return health;
    }

    private Health silent() {
        return Health.of(client.states().state(), LinkQuality.OFFLINE);
    }

    private Health now() {
        ClientState state = client.states().state();
        Optional<Connection> combiner = connection.get();
        Backlog backlog = client.outbox().backlog();
        List<String> troubles = new ArrayList<>(backlog.troubles());
        joining.get().ifPresent(troubles::add);
        combiner.flatMap(Connection::trouble).ifPresent(troubles::add);
        Health health = Health.of(state, combiner.map(Connection::linkQuality).orElse(LinkQuality.OFFLINE))
                .withLive(state != ClientState.CLOSED)
                .withNetworkPolicy(client.gate().policy())
                .withStoring(client.adapters().store().works())
                .withQueues(backlog.queues())
                .withUnread(backlog.unread())
                .withSent(backlog.sent())
                .withRejected(backlog.rejected())
                .withDropped(backlog.dropped())
                .withTroubles(troubles);
        boolean answers = state == ClientState.CONNECTED || state == ClientState.DEGRADED;
        return combiner.map(connected -> link(
                        health.withReady(answers && client.gate().isOpen() && !connected.isBlocked())
                                .withRunningTasks(connected.runningTasks())
                                .withStuckTasks(connected.stuckTasks()),
                        connected))
                .orElse(health);
    }

    private Health link(Health health, Connection connected) {
        Health polled = connected
                .lastPoll()
                .map(poll -> health.withSinceLastPoll(poll.age(client.env())))
                .orElse(health);
        return connected
                .lastAnswer()
                .map(answer -> polled.withRoundTrip(answer.time()))
                .orElse(polled);
    }
}
