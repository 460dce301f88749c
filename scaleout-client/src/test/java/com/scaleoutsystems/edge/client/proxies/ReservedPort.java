package com.scaleoutsystems.edge.client.proxies;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port of the loopback address for a server that is ended and started again: meanwhile the system gives it to nobody, not
 * even to the clients that try to reach the server.
 *
 * <p>It is held by a socket that is bound and does not listen. Linux lets a server bind the same port, since both may reuse the
 * address, and passes it over when it chooses a port itself. Elsewhere a server could not start beside it, so that it is only
 * chosen there, and not held.
 */
final class ReservedPort implements AutoCloseable {
    private static final boolean CAN_BE_HELD = System.getProperty("os.name").equals("Linux");

    private final Socket holder = new Socket();
    private final int number;

    ReservedPort() {
        try {
            holder.setReuseAddress(true);
            holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            this.number = holder.getLocalPort();
            if (!CAN_BE_HELD) {
                holder.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int number() {
        return number;
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }

    @Override
    public void close() {
        try {
            holder.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
