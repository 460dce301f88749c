package com.scaleoutsystems.edge.spring.internal;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.ClientState;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the client when everything else of the application has started, and closes it before everything else, so that callbacks find
 * whole what they use.
 */
final class EdgeClientLifecycle implements SmartLifecycle {

    private final EdgeClient client;
    private final Duration closeBudget;
    private volatile boolean running;

    EdgeClientLifecycle(EdgeClient client, Duration closeBudget) {
        this.client = client;
        this.closeBudget = closeBudget;
    }

    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }

    /**
     * Waits for the network if the builder was told to, by a property or by a customizer. Health and log tell of a failure in the background,
     * but an application with a closed client does not start again.
     */
    @Override
    public void start() {
        if (client.state() == ClientState.DRAINING || client.state() == ClientState.CLOSED) {
            throw new IllegalStateException(
                    "the client of Scaleout Edge was closed, and does not start again; make a new"
                            + " application context");
        }
        if (client.waitsForNetwork()) {
            client.start();
        } else {
            client.startInBackground();
        }
        running = true;
    }

    /** On the calling thread, so that Spring's own limit for a phase does not shorten the budget. */
    @Override
    public void stop() {
        running = false;
        client.close(closeBudget);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Of Spring 7: a pause is not for clients, since a closed client does not start again. Without {@code @Override}, for Spring 6. */
    public boolean isPauseable() {
        return false;
    }
}
