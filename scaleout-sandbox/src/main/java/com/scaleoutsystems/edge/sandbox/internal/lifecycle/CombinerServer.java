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

    /** A restart has stopped the combiner and could not start it. */
    private boolean waits;

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
        open(wanted);
        waits = false;
    }

    private void open(int wanted) throws IOException {
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
            end();
            throw e;
        }
    }

    /** The port at which clients find the combiner, or found it before it was stopped. */
    int port() {
        return port;
    }

    synchronized void stop() {
        waits = false;
        end();
    }

    private void end() {
        // The ends of its calls pass the relay.
        if (server != null) {
            server.stop();
            server = null;
        }
        Relay before = relay;
        if (before != null) {
            before.stop();
            relay = null;
        }
    }

    synchronized void close() {
        closed = true;
        stop();
    }

    synchronized void restart() throws IOException {
        end();
        waits = true;
        start(port);
    }

    /** Starts the combiner at another port. The old port is taken meanwhile, so that the system does not choose it. */
    synchronized void move() throws IOException {
        end();
        waits = true;
        try (ServerSocket old = new ServerSocket()) {
            old.setReuseAddress(true);
            try {
                old.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                // Another process has taken it already.
            }
            start(0);
        }
    }

    /**
     * Tries a start again that has failed, unless the combiner was started, stopped or closed meanwhile.
     *
     * @throws IOException if the port is still taken
     */
    synchronized void resume() throws IOException {
        if (waits) {
            start(port);
        }
    }

    @Nullable
    Relay relay() {
        return relay;
    }
}
