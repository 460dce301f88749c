package com.scaleoutsystems.edge.testing;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.network.CombinerTls;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * Makes clients of the sandbox of one test. {@link EdgeTest} injects it, and closes the clients of {@link #start} and {@link #build}
 * after the test. Any thread may call all methods.
 *
 * @since 0.1.0
 */
public final class EdgeClients {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(25);
    private static final Duration CLOSE_BUDGET = Duration.ofSeconds(5);

    private final Sandbox sandbox;
    private final AtomicInteger count = new AtomicInteger();
    private final List<EdgeClient> clients = new CopyOnWriteArrayList<>();

    EdgeClients(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    Sandbox sandbox() {
        return sandbox;
    }

    /** The clients that were made so far, without those of {@link #builder()}. */
    List<EdgeClient> made() {
        return List.copyOf(clients);
    }

    /**
     * Makes a client and starts it.
     *
     * @param settings adds callbacks and settings to a builder as {@link #builder()} returns it
     * @return the client, which has joined
     * @throws com.scaleoutsystems.edge.EdgeException if joining fails
     */
    public EdgeClient start(UnaryOperator<EdgeClientBuilder> settings) {
        EdgeClient client = build(settings);
        client.start();
        return client;
    }

    /**
     * Makes a client that is not started yet.
     *
     * @param settings adds callbacks and settings to a builder as {@link #builder()} returns it
     * @return the client
     */
    public EdgeClient build(UnaryOperator<EdgeClientBuilder> settings) {
        EdgeClient client = settings.apply(builder()).build();
        clients.add(client);
        return client;
    }

    /**
     * A builder for a client of the sandbox: stateless, with the ids {@code client-1}, {@code client-2} and so on, and with short poll
     * intervals. The test closes the clients that it builds with it.
     *
     * @return a new builder
     */
    public EdgeClientBuilder builder() {
        String id = "client-" + count.incrementAndGet();
        return EdgeClient.builder()
                .api(sandbox.restUri())
                .clientId(id)
                .name(id)
                .stateless()
                // Generation 1.0 does not say whether its combiner wants TLS.
                .network(NetworkProfile.defaults().withCombinerTls(CombinerTls.IF_ASSIGNED))
                .pollInterval(POLL_INTERVAL);
    }

    /** Closes the clients, the last one first. */
    void close() {
        for (int i = clients.size() - 1; i >= 0; i--) {
            clients.get(i).close(CLOSE_BUDGET);
        }
    }
}
