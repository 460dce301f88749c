package com.scaleoutsystems.edge.client.network;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** A proxy that speaks CONNECT and nothing else. Whatever host is asked for, it connects to this machine. */
final class ConnectProxy implements AutoCloseable {

    private final ServerSocket door;
    private final Optional<String> login;
    private volatile boolean tinyproxy;
    private final List<String> targets = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private ConnectProxy(Optional<String> login) {
        this.login = login;
        try {
            door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    static ConnectProxy open() {
        return new ConnectProxy(Optional.empty());
    }

    static ConnectProxy withLogin(String user, String password) {
        String both = user + ":" + password;
        return new ConnectProxy(
                Optional.of("Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8))));
    }

    /** Answers 401 to a wrong login from now on, as tinyproxy does, and 407 where there is none. */
    ConnectProxy likeTinyproxy() {
        tinyproxy = true;
        return this;
    }

    int port() {
        return door.getLocalPort();
    }

    /** What was asked for and let through, host:port. */
    List<String> targets() {
        return targets;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                open.add(client);
                threads.execute(() -> serve(client));
            }
        } catch (IOException | RejectedExecutionException closed) {
            // The test is over.
        }
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            OutputStream out = client.getOutputStream();
            Optional<String> shown = header(head, "proxy-authorization");
            if (login.isPresent() && shown.isPresent() && !shown.equals(login) && tinyproxy) {
                answer(out, "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"test\"");
                return;
            }
            if (login.isPresent() && !shown.equals(login)) {
                answer(out, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"");
                return;
            }
            String[] first = head.split(" ", 3);
            if (!first[0].equals("CONNECT")) {
                answer(out, "405 Method Not Allowed");
                return;
            }
            targets.add(first[1]);
            int port = Integer.parseInt(first[1].substring(first[1].lastIndexOf(':') + 1));
            try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
                open.add(server);
                answer(out, "200 OK");
                threads.execute(() -> copy(server, client));
                copy(client, server);
            }
        } catch (IOException gone) {
            // The other side has hung up.
        }
    }

    private static void answer(OutputStream out, String text) throws IOException {
        out.write(("HTTP/1.1 " + text + "\r\n" + (text.startsWith("200") ? "" : "Content-Length: 0\r\n") + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException gone) {
            // The other side has hung up.
        }
    }

    /** Byte by byte, so that nothing of what follows is taken. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("the head has no end");
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    private static Optional<String> header(String head, String name) {
        return new BufferedReader(new StringReader(head))
                .lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
