package com.scaleoutsystems.edge.sandbox.internal.rest;

import com.scaleoutsystems.edge.sandbox.internal.core.ServerJson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP side of the REST API: sockets, bodies, and answers in JSON. What is answered is not known here. */
public final class RestServer {
    private static final Logger LOG = LoggerFactory.getLogger(RestServer.class);
    private static final int LARGEST_BODY = 1 << 20;
    private static final Duration LONGEST_ARRIVAL = Duration.ofSeconds(20);
    private static final int MOST_REFUSED = 4;

    /** Of the request that a thread serves. */
    private static final ThreadLocal<Arrival> ARRIVAL = new ThreadLocal<>();

    private final HttpServer server;
    private final Duration longestArrival;

    /** For the refused requests whose rest is read. */
    private final Semaphore refused = new Semaphore(MOST_REFUSED);

    private boolean started;

    /** Binds the port; nothing is answered before {@link #start}. */
    public RestServer(InetAddress host, int port) throws IOException {
        this(HttpServer.create(new InetSocketAddress(host, port), 0), LONGEST_ARRIVAL);
    }

    /** The same, with TLS. */
    public RestServer(InetAddress host, int port, SSLContext tls) throws IOException {
        this(secure(host, port, tls), LONGEST_ARRIVAL);
    }

    /**
     * @param longestArrival how long a request may take to arrive
     */
    RestServer(HttpServer server, Duration longestArrival) {
        this.server = server;
        this.longestArrival = longestArrival;
    }

    private static HttpServer secure(InetAddress host, int port, SSLContext tls) throws IOException {
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(host, port), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(tls));
        return secure;
    }

    /** A request; header names are in lower case. */
    public record Request(String method, String path, Map<String, String> headers, String body) {}

    /** An answer; the body becomes a JSON object. */
    public record Answer(int status, Map<String, Object> body) {
        public static Answer failure(int status, String message) {
            return new Answer(status, Map.of("message", message));
        }
    }

    /** What is done with a request: the answer is given to the consumer, at once or later. */
    public interface Api {
        /** Says from its headers that a request is refused, whatever its body is. Their names are in lower case. */
        default Optional<Answer> refusal(Map<String, String> headers) {
            return Optional.empty();
        }

        /** @throws IOException if the request gets no answer; its connection is closed then */
        void serve(Request request, Consumer<Answer> answer) throws IOException;
    }

    /** Serves. The timer breaks requests off that take too long to arrive. */
    public void start(Executor executor, ScheduledExecutorService timer, Api api) {
        server.setExecutor(exchange -> executor.execute(() -> {
            Arrival arrival = new Arrival(Thread.currentThread());
            Future<?> limit = timer.schedule(arrival::breakOff, longestArrival.toNanos(), TimeUnit.NANOSECONDS);
            ARRIVAL.set(arrival);
            try {
                exchange.run();
            } finally {
                ARRIVAL.remove();
                arrival.end();
                limit.cancel(false);
            }
        }));
        server.createContext("/", exchange -> {
            try {
                serve(exchange, api);
            } catch (IOException e) {
                LOG.debug("A client of the REST API disconnected, or gets no answer", e);
                // The JDK's server closes the connection, and forgets it.
                throw e;
            }
        });
        server.start();
        started = true;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Closes the port and breaks all requests off. */
    public void stop() {
        if (!started) {
            // A server that never started leaves its selector open.
            server.start();
        }
        server.stop(0);
    }

    /**
     * The time in which a request arrives. The JDK's server reads heads and bodies on the thread that serves them; an interrupt there
     * closes the connection.
     */
    private static final class Arrival {
        private final Thread reader;
        private boolean ended;
        private boolean brokenOff;

        Arrival(Thread reader) {
            this.reader = reader;
        }

        synchronized void breakOff() {
            if (!ended) {
                brokenOff = true;
                reader.interrupt();
            }
        }

        /** The thread goes on without an interrupt of this object. */
        synchronized void end() {
            if (!ended && brokenOff) {
                Thread.interrupted();
            }
            ended = true;
        }
    }

    private void serve(HttpExchange exchange, Api api) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
        Optional<Answer> refusal = api.refusal(headers);
        if (refusal.isPresent()) {
            refuse(exchange, refusal.get());
            return;
        }
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
        if (body.length > LARGEST_BODY) {
            refuse(exchange, Answer.failure(413, "The body is larger than " + LARGEST_BODY + " bytes"));
            return;
        }
        ARRIVAL.get().end();
        Request request = new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                headers,
                new String(body, StandardCharsets.UTF_8));
        try {
            api.serve(request, answer -> send(exchange, answer));
        } catch (RuntimeException e) {
            LOG.error("The sandbox failed in {}", request.path(), e);
            send(exchange, Answer.failure(500, "A fault of the sandbox: " + e));
        } catch (OutOfMemoryError e) {
            send(exchange, Answer.failure(503, "The sandbox has no memory for this request"));
            throw e;
        }
    }

    /**
     * Answers before the body has come, and then reads it: a client whose body is not read may find its connection reset before it reads
     * the answer. Few threads wait for such bodies.
     */
    private void refuse(HttpExchange exchange, Answer answer) throws IOException {
        write(exchange, answer);
        if (!refused.tryAcquire()) {
            throw new IOException("The rest of a refused request is not read");
        }
        try {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
        } finally {
            refused.release();
        }
        exchange.close();
    }

    private static void send(HttpExchange exchange, Answer answer) {
        try (exchange) {
            write(exchange, answer);
        } catch (IOException e) {
            LOG.debug("A client of the REST API disconnected", e);
        }
    }

    private static void write(HttpExchange exchange, Answer answer) throws IOException {
        byte[] bytes = ServerJson.write(answer.body()).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        // The JDK's server sends head and body apart; on a connection that stays, the body waits 40 ms for an
        // acknowledgement.
        exchange.getResponseHeaders().set("Connection", "close");
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().flush();
    }
}
