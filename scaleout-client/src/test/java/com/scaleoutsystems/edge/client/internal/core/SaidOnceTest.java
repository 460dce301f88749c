package com.scaleoutsystems.edge.client.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SaidOnceTest {

    /** Strands and timers say what fails, too. */
    @Test
    void aLogThatBlocksOneThreadHoldsUpNoOther() throws Exception {
        BlockingLog log = new BlockingLog();
        SaidOnce said = new SaidOnce(() -> 0);
        CompletableFuture<Void> first = CompletableFuture.runAsync(
                () -> said.fails(log, new IllegalStateException("full"), "writing fails"), BlockingLog.OWN_THREAD);
        log.awaitBlocked();
        try {
            CompletableFuture<Void> second = CompletableFuture.runAsync(
                    () -> {
                        said.fails(log, new IllegalStateException("full"), "writing fails");
                        said.works(log, "writing");
                    },
                    BlockingLog.OWN_THREAD);

            assertThat(second).succeedsWithin(Duration.ofSeconds(30));
        } finally {
            log.release();
        }
        assertThat(first).succeedsWithin(Duration.ofSeconds(30));
    }
}
