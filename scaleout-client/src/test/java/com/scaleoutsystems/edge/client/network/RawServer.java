package com.scaleoutsystems.edge.client.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** A port with a server behind it that is none: it accepts, and then says always the same or nothing at all. */
public final class RawServer implements AutoCloseable {

    private final ServerSocket door;
    private final String answer;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private RawServer(String answer) {
        this.answer = answer;
        try {
            door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    /** Accepts and never answers. */
    public static RawServer silent() {
        return new RawServer("");
    }

    /** Answers the first bytes of each connection with a text, and hangs up. */
    public static RawServer answering(String text) {
        return new RawServer(text);
    }

    /** What web servers say to what they do not understand. */
    public static RawServer badRequest() {
        return answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    public int port() {
        return door.getLocalPort();
    }

    public int connections() {
        return connections.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                open.add(client);
                connections.incrementAndGet();
                threads.execute(() -> serve(client));
            }
        } catch (IOException | RejectedExecutionException closed) {
            // The test is over.
        }
    }

    private void serve(Socket client) {
        try {
            if (!answer.isEmpty() && client.getInputStream().read(new byte[4096]) > 0) {
                client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
            }
            while (client.getInputStream().read(new byte[4096]) >= 0) {
                // Whatever comes is swallowed.
            }
            client.close();
        } catch (IOException gone) {
            // The other side has hung up.
        }
    }

    @Override
    public void close() {
        try {
            door.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
