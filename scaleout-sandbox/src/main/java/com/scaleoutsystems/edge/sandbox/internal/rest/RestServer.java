package com.scaleoutsystems.edge.sandbox.internal.rest;

import com.scaleoutsystems.edge.sandbox.internal.core.ServerJson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP side of the REST API: sockets, bodies, and answers in JSON. What is answered is not known here. */
public final class RestServer {
    private static final Logger LOG = LoggerFactory.getLogger(RestServer.class);
    private static final int LARGEST_BODY = 1 << 20;

    private final HttpServer server;
    private boolean started;

    /** Binds the port; nothing is answered before {@link #start}. */
    public RestServer(InetAddress host, int port) throws IOException {
        this.server = HttpServer.create(new InetSocketAddress(host, port), 0);
    }

    /** The same, with TLS. */
    public RestServer(InetAddress host, int port, SSLContext tls) throws IOException {
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(host, port), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(tls));
        this.server = secure;
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
        /** @throws IOException if the request gets no answer; its connection is closed then */
        void serve(Request request, Consumer<Answer> answer) throws IOException;
    }

    public void start(Executor executor, Function<Request, Answer> api) {
        start(executor, (request, answer) -> answer.accept(api.apply(request)));
    }

    public void start(Executor executor, Api api) {
        server.setExecutor(executor);
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

    private static void serve(HttpExchange exchange, Api api) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
        if (body.length > LARGEST_BODY) {
            send(exchange, Answer.failure(413, "The body is larger than " + LARGEST_BODY + " bytes"));
            return;
        }
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
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

    private static void send(HttpExchange exchange, Answer answer) {
        try (exchange) {
            byte[] bytes = ServerJson.write(answer.body()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            // The JDK's server sends head and body apart; on a connection that stays, the body waits 40 ms for an
            // acknowledgement.
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            LOG.debug("A client of the REST API disconnected", e);
        }
    }
}
