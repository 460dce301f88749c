package com.scaleoutsystems.edge.sandbox.internal.relay;

import com.scaleoutsystems.edge.sandbox.internal.fault.Faults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Passes the bytes of a port on to a server of this machine, unless a fault strikes the connection. */
public final class Relay {
    private static final int BACKLOG = 128;
    private static final Duration LINGER = Duration.ofMinutes(5);
    private static final int PAUSE_MILLIS = 100;

    private final String server;
    private final int target;
    private final Faults faults;
    private final Duration linger;
    private final ServerSocket door;
    private final ExecutorService threads;
    private final CountDownLatch stopped = new CountDownLatch(1);
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
        this(server, new InetSocketAddress(host, port), target, faults, factory, new ServerSocket(), LINGER);
    }

    Relay(
            String server,
            InetSocketAddress address,
            int target,
            Faults faults,
            ThreadFactory factory,
            ServerSocket door,
            Duration linger)
            throws IOException {
        this.server = server;
        this.target = target;
        this.faults = faults;
        this.linger = linger;
        this.door = door;
        this.threads = Executors.newCachedThreadPool(factory);
        try {
            door.setReuseAddress(true);
            door.bind(address, BACKLOG);
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
        boolean goesOn = true;
        while (goesOn) {
            try {
                begin(door.accept());
            } catch (IOException e) {
                // The door is closed, or the process has too many open files for the moment.
                goesOn = !stopsWithin(PAUSE_MILLIS);
            }
        }
    }

    private boolean stopsWithin(long millis) {
        try {
            return stopped.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            return true;
        }
    }

    private void begin(Socket client) {
        Socket behind;
        try {
            behind = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException e) {
            RelayedConnection.close(client);
            return;
        }
        RelayedConnection connection = new RelayedConnection(server, client, behind, faults, linger, open::remove);
        open.add(connection);
        try {
            connection.start(threads);
        } catch (IOException | RejectedExecutionException e) {
            connection.end();
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
        stopped.countDown();
        RelayedConnection.close(door);
        // First of all, so that a connection which begins now is either among the open ones or gets no threads and ends
        // itself.
        threads.shutdownNow();
        open.forEach(RelayedConnection::end);
    }
}
