package com.scaleoutsystems.edge.sandbox.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CombinerServerTest {
    private static final int PATIENCE_SECONDS = 60;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch done = new CountDownLatch(1);

    @AfterEach
    void close() {
        done.countDown();
        threads.shutdownNow();
    }

    @Test
    void portIsKnownWhileTheCombinerStartsOrStops() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CombinerServer server = new CombinerServer(
                port -> {
                    busy.countDown();
                    awaitQuietly(done);
                    throw new IOException("The port is in use");
                },
                null);
        Future<?> start = threads.submit(() -> {
            server.start(0);
            return null;
        });
        assertThat(busy.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        assertThat(threads.submit(server::port).get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isZero();
        assertThat(threads.submit(server::relay).get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isNull();
        assertThat(start).isNotDone();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
