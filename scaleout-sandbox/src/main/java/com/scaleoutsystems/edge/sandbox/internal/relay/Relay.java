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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes the bytes of a port on to a server of this machine, unless a fault strikes the connection. */
public final class Relay {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int BACKLOG = 128;
    private static final Duration LINGER = Duration.ofMinutes(5);
    private static final int PAUSE_MILLIS = 100;
    private static final int PATIENCE_SECONDS = 5;

    private final String server;
    private final int target;
    private final Faults faults;
    private final Duration linger;
    private final ServerSocket door;
    private final ExecutorService threads;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch shut = new CountDownLatch(1);
    private final Set<RelayedConnection> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Thread doorman;

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
            threads.execute(this::accept);
        } catch (IOException | RuntimeException | Error e) {
            end();
            throw e;
        }
    }

    public int port() {
        return door.getLocalPort();
    }

    private void accept() {
        doorman = Thread.currentThread();
        try {
            boolean goesOn = true;
            while (goesOn) {
                try {
                    begin(door.accept());
                } catch (IOException e) {
                    // The door is closed, or the process has too many open files for the moment.
                    goesOn = !stopsWithin(PAUSE_MILLIS);
                } catch (RuntimeException | Error e) {
                    // It ends one connection; the others are still served. A lack of memory may end the process.
                    Thread self = Thread.currentThread();
                    self.getUncaughtExceptionHandler().uncaughtException(self, e);
                }
            }
        } finally {
            // Nobody shall wait at a door that nobody opens.
            RelayedConnection.close(door);
            shut.countDown();
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
        } catch (RuntimeException | Error e) {
            connection.end();
            throw e;
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

    /**
     * Closes the port, and all connections. The port is free when this returns: it is not before the thread that waits at the door has
     * left it.
     */
    public void stop() {
        end();
        try {
            boolean free = Thread.currentThread() == doorman || shut.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!free) {
                LOG.debug("A relay of the {} is slow to close its port", server);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        stopped.countDown();
        RelayedConnection.close(door);
        // First of all, so that a connection which begins now is either among the open ones or gets no threads and ends
        // itself.
        threads.shutdownNow();
        open.forEach(RelayedConnection::end);
    }
}
