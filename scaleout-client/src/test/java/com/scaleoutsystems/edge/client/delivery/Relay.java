package com.scaleoutsystems.edge.client.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The network between clients and a server on this machine: it can be cut, it can fall silent, and it can swallow connections. */
public final class Relay implements AutoCloseable {

    private static final int BUFFER = 4 << 10;

    private final int target;
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private @Nullable ServerSocket door;

    /** How many bytes may still pass, each way. Guarded by this relay's monitor. */
    private long toServer = Long.MAX_VALUE;

    private long toClient = Long.MAX_VALUE;

    /** How many bytes have passed, both ways together. Guarded by this relay's monitor. */
    private long passed;

    /** Counts the times that all connections ended, so that what was held back is not passed on afterwards. */
    private int age;

    /** How many connections there have been, and how many of the first of them are swallowed. */
    private int connections;

    private int swallowed;

    /** How many bytes may still pass, both ways together, before all connections are swallowed. */
    private long beforeSwallowing = Long.MAX_VALUE;

    /** A connection, by its number, and the age that it belongs to. */
    private record Passage(int number, int age) {}

    private Relay(int target) {
        this.target = target;
        ServerSocket first = openDoor(0);
        this.port = first.getLocalPort();
    }

    public static Relay to(int port) {
        return new Relay(port);
    }

    public int port() {
        return port;
    }

    private ServerSocket openDoor(int wanted) {
        try {
            ServerSocket opened = new ServerSocket();
            opened.setReuseAddress(true);
            opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 50);
            door = opened;
            threads.execute(() -> accept(opened));
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Breaks all connections and refuses new ones. */
    public synchronized void cut() {
        closeDoor();
        breakConnections();
    }

    private void closeDoor() {
        ServerSocket opened = door;
        door = null;
        if (opened != null) {
            close(opened);
        }
    }

    /** Breaks all connections, takes new ones and lets everything pass. */
    public synchronized void mend() {
        breakConnections();
        flow();
        if (door == null) {
            openDoor(port);
        }
    }

    /** Nothing passes any more, either way; connections stand. */
    synchronized void fallSilent() {
        toServer = 0;
        toClient = 0;
    }

    /** What the server says is held back. */
    synchronized void holdAnswers() {
        toClient = 0;
    }

    /** So many more bytes pass to the server, and then none. */
    public synchronized void holdAfter(long bytes) {
        toServer = bytes;
    }

    /** So many more bytes pass to the client, and then none. */
    public synchronized void holdAnswersAfter(long bytes) {
        toClient = bytes;
    }

    public synchronized boolean isHolding() {
        return toServer == 0 || toClient == 0;
    }

    /** Everything passes, what was held back first. */
    public synchronized void flow() {
        toServer = Long.MAX_VALUE;
        toClient = Long.MAX_VALUE;
        notifyAll();
    }

    /**
     * After so many more bytes, whatever comes over the connections of now disappears, as if it had arrived; neither side notices.
     * Connections that are opened later work.
     */
    synchronized void swallowAfter(long bytes) {
        beforeSwallowing = bytes;
    }

    synchronized boolean isSwallowing() {
        return swallowed > 0;
    }

    /** How many connections there have been. */
    public synchronized int connections() {
        return connections;
    }

    /** How many bytes have passed, both ways together. */
    public synchronized long passed() {
        return passed;
    }

    private synchronized boolean isSwallowed(Passage passage, int length) {
        if (beforeSwallowing < length) {
            beforeSwallowing = Long.MAX_VALUE;
            swallowed = connections;
        } else if (beforeSwallowing != Long.MAX_VALUE) {
            beforeSwallowing -= length;
        }
        return passage.number() <= swallowed;
    }

    private synchronized void breakConnections() {
        age++;
        open.forEach(Relay::close);
        open.clear();
        notifyAll();
    }

    private void accept(ServerSocket opened) {
        try {
            while (true) {
                Socket client = opened.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                Passage mine = begin(client, server);
                threads.execute(() -> copy(client, server, true, mine));
                threads.execute(() -> copy(server, client, false, mine));
            }
        } catch (IOException | RejectedExecutionException closed) {
            // The door is closed.
        }
    }

    private synchronized Passage begin(Socket client, Socket server) {
        open.add(client);
        open.add(server);
        return new Passage(++connections, age);
    }

    private void copy(Socket from, Socket to, boolean upwards, Passage mine) {
        byte[] buffer = new byte[BUFFER];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                int passed = isSwallowed(mine, length) ? length : 0;
                while (passed < length) {
                    int more = pass(length - passed, upwards, mine.age());
                    out.write(buffer, passed, more);
                    passed += more;
                }
            }
        } catch (IOException | InterruptedException gone) {
            // One side has hung up, or the connection is broken.
        }
    }

    private synchronized int pass(int wanted, boolean upwards, int mine) throws IOException, InterruptedException {
        while ((upwards ? toServer : toClient) == 0 && mine == age) {
            wait();
        }
        if (mine != age) {
            throw new IOException("the connection is broken");
        }
        int more = (int) Math.min(wanted, upwards ? toServer : toClient);
        if (upwards && toServer != Long.MAX_VALUE) {
            toServer -= more;
        } else if (!upwards && toClient != Long.MAX_VALUE) {
            toClient -= more;
        }
        passed += more;
        return more;
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception ignored) {
            // It is closed as far as it can be.
        }
    }

    @Override
    public void close() {
        cut();
        threads.shutdownNow();
    }
}
