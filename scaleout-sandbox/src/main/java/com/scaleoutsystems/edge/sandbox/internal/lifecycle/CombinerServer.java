package com.scaleoutsystems.edge.sandbox.internal.lifecycle;

import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.internal.relay.Relay;
import com.scaleoutsystems.edge.sandbox.internal.wire.GrpcServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * The server of the combiner, which an operator may stop, restart and move. What the combiner knows is kept elsewhere. A stop takes
 * seconds under the monitor; the API asks for the port meanwhile, without it.
 */
final class CombinerServer {
    private final Opening<GrpcServer> opening;
    private final @Nullable Relaying relaying;
    private @Nullable GrpcServer server;
    private volatile @Nullable Relay relay;
    private volatile int port;
    private boolean closed;

    /** Opens a server at a port. */
    interface Opening<S> {
        S open(int port) throws IOException;
    }

    /** Opens a relay at a port, before a server at another. */
    interface Relaying {
        Relay open(String server, int port, int target) throws IOException;
    }

    CombinerServer(Opening<GrpcServer> opening, @Nullable Relaying relaying) {
        this.opening = opening;
        this.relaying = relaying;
    }

    synchronized void start(int wanted) throws IOException {
        if (closed) {
            return;
        }
        if (relaying == null) {
            server = opening.open(wanted);
            port = server.port();
            return;
        }
        GrpcServer behind = opening.open(0);
        server = behind;
        try {
            Relay before = relaying.open(Fault.COMBINER, wanted, behind.port());
            relay = before;
            port = before.port();
        } catch (IOException e) {
            stop();
            throw e;
        }
    }

    /** The port at which clients find the combiner, or found it before it was stopped. */
    int port() {
        return port;
    }

    synchronized void stop() {
        Relay before = relay;
        if (before != null) {
            before.stop();
            relay = null;
        }
        if (server != null) {
            server.stop();
            server = null;
        }
    }

    synchronized void close() {
        closed = true;
        stop();
    }

    synchronized void restart() throws IOException {
        stop();
        start(port);
    }

    /** Starts the combiner at another port. The old port is taken meanwhile, so that the system does not choose it. */
    synchronized void move() throws IOException {
        stop();
        try (ServerSocket old = new ServerSocket()) {
            old.setReuseAddress(true);
            old.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            start(0);
        }
    }

    @Nullable
    Relay relay() {
        return relay;
    }
}
