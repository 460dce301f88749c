package com.scaleoutsystems.edge.client.internal.wire;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Lies between one client and a server on this machine, and looks at the frames of HTTP/2 that the server sends. */
final class FrameTap implements AutoCloseable {

    private static final int DATA = 0;

    private final ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger largest = new AtomicInteger();

    /** A tap to this port. */
    FrameTap(int server) throws IOException {
        threads.execute(() -> {
            try (Socket client = door.accept();
                    Socket target = new Socket(InetAddress.getLoopbackAddress(), server)) {
                threads.execute(() -> passOn(client, target));
                look(new DataInputStream(target.getInputStream()), client.getOutputStream());
            } catch (IOException ended) {
                // The test is over.
            }
        });
    }

    int port() {
        return door.getLocalPort();
    }

    /** How many bytes the largest frame with data had. */
    int largestData() {
        return largest.get();
    }

    private static void passOn(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException ended) {
            // The test is over.
        }
    }

    private void look(DataInputStream from, OutputStream to) throws IOException {
        while (true) {
            byte[] head = from.readNBytes(9);
            if (head.length < 9) {
                return;
            }
            int length = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | head[2] & 0xff;
            if (head[3] == DATA) {
                largest.accumulateAndGet(length, Math::max);
            }
            to.write(head);
            to.write(from.readNBytes(length));
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        threads.shutdownNow();
    }
}
