package com.scaleoutsystems.edge.sandbox.internal.relay;

import com.scaleoutsystems.edge.sandbox.internal.fault.Faults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;

/** Passes the bytes of a port on to a server of this machine, unless a fault strikes the connection. */
public final class Relay {
    private static final int BACKLOG = 128;

    private final String server;
    private final int target;
    private final Faults faults;
    private final ServerSocket door;
    private final ExecutorService threads;
    private final Set<RelayedConnection> open = ConcurrentHashMap.newKeySet();

    /**
     * Opens a port.
     *
     * @param server which server it stands before, as faults name it
     * @param port the port, or 0 for any
     * @param target the port of the server
     */
    public Relay(String server, InetAddress host, int port, int target, Faults faults, ThreadFactory factory)
            throws IOException {
        this.server = server;
        this.target = target;
        this.faults = faults;
        this.door = new ServerSocket();
        this.threads = Executors.newCachedThreadPool(factory);
        try {
            door.setReuseAddress(true);
            door.bind(new InetSocketAddress(host, port), BACKLOG);
        } catch (IOException e) {
            stop();
            throw e;
        }
        threads.execute(this::accept);
    }

    public int port() {
        return door.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                begin(door.accept());
            }
        } catch (IOException | RejectedExecutionException closed) {
            // The door is closed.
        }
    }

    private void begin(Socket client) {
        try {
            Socket behind = new Socket(InetAddress.getLoopbackAddress(), target);
            RelayedConnection connection = new RelayedConnection(server, client, behind, faults, open::remove);
            open.add(connection);
            connection.start(threads);
        } catch (IOException e) {
            RelayedConnection.close(client);
        }
    }

    /** Lets the faults that are new strike the open connections. */
    public void look() {
        open.forEach(RelayedConnection::look);
    }

    /** Resets the connections that have swallowed bytes: what would follow makes no sense to the other side. */
    public void mend() {
        open.forEach(RelayedConnection::mend);
    }

    /** Closes the port, and all connections. */
    public void stop() {
        RelayedConnection.close(door);
        open.forEach(RelayedConnection::end);
        threads.shutdownNow();
    }
}
