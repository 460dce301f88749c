package com.scaleoutsystems.edge.sandbox.internal.rest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.sandbox.internal.rest.RestServer.Answer;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestServerTest {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final Duration ARRIVAL = Duration.ofMillis(100);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final RestServer server =
            new RestServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), ARRIVAL);

    RestServerTest() throws IOException {}

    @AfterEach
    void close() {
        server.stop();
        threads.shutdownNow();
        timer.shutdownNow();
    }

    /** The thread is free then, and an interrupt is left to nobody. */
    @ParameterizedTest
    @ValueSource(strings = {"POST / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx"})
    void requestThatDoesNotArriveIsBrokenOff(String begin) throws Exception {
        server.start(threads, timer, (request, answer) -> answer.accept(new Answer(200, Map.of())));

        try (Socket client = connect()) {
            client.getOutputStream().write(begin.getBytes(US_ASCII));
            assertEnds(client);
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                .isTrue();
    }

    @Test
    void answerMayTakeLongerThanTheArrival() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        server.start(threads, timer, (request, answer) -> {
            try {
                Thread.sleep(ARRIVAL.multipliedBy(3).toMillis());
                interrupted.complete(false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
            answer.accept(new Answer(200, Map.of()));
        });

        try (Socket client = connect()) {
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
            assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 200");
        }
        assertThat(interrupted).isCompletedWithValue(false);
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port());
        client.setSoTimeout(PATIENCE_MILLIS);
        return client;
    }

    private static void assertEnds(Socket client) throws IOException {
        try {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }
}
