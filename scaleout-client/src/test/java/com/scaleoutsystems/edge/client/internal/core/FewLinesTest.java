package com.scaleoutsystems.edge.client.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.simulation.VirtualEnv;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;

class FewLinesTest {

    /** The common pool has a single thread on a small machine. */
    private static final Executor OWN_THREAD = task -> new Thread(task).start();

    /** A log whose lines of one text wait, as those to a full pipe do. It shows no other line at DEBUG. */
    private static final class BlockingLog extends TestLogger {

        private static final long serialVersionUID = 1L;

        private final String line;
        private final transient CountDownLatch blocked = new CountDownLatch(1);
        private final transient CountDownLatch released = new CountDownLatch(1);

        private BlockingLog(String line) {
            this.line = line;
        }

        @Override
        public void debug(String message, Throwable failure) {
            handleNormalizedLoggingCall(Level.DEBUG, null, message, null, failure);
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String message,
                @Nullable Object @Nullable [] arguments,
                @Nullable Throwable failure) {
            if (message.equals(line)) {
                blocked.countDown();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    @Test
    void aLineThatTheLogBlocksHoldsUpNoneThatIsNotShown() throws Exception {
        BlockingLog log = new BlockingLog("block");
        FewLines lines = new FewLines(new VirtualEnv(1, Duration.ZERO), log);
        for (int i = 1; i < FewLines.MOST; i++) {
            lines.warn("line {}", i);
        }
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> lines.warn("block"), OWN_THREAD);
        assertThat(log.blocked.await(30, TimeUnit.SECONDS)).isTrue();
        try {
            CompletableFuture<Void> second = CompletableFuture.runAsync(() -> lines.warn("one more"), OWN_THREAD);

            assertThat(second).succeedsWithin(Duration.ofSeconds(10));
        } finally {
            log.released.countDown();
        }
        assertThat(first).succeedsWithin(Duration.ofSeconds(10));
    }

    /** Without threads the log is told so, and that line may wait like any other. */
    @Test
    void aLogThatIsToldOfAMissingThreadHoldsUpNoOther() throws Exception {
        BlockingLog log = new BlockingLog("no thread to count lines");
        FewLines lines = new FewLines(withoutTimers(), log);
        for (int i = 0; i < FewLines.MOST; i++) {
            lines.warn("line {}", i);
        }
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> lines.warn("one more"), OWN_THREAD);
        assertThat(log.blocked.await(30, TimeUnit.SECONDS)).isTrue();
        try {
            CompletableFuture<Void> second = CompletableFuture.runAsync(() -> lines.warn("and another"), OWN_THREAD);

            assertThat(second).succeedsWithin(Duration.ofSeconds(30));
        } finally {
            log.released.countDown();
        }
        assertThat(first).succeedsWithin(Duration.ofSeconds(30));
    }

    private static Env withoutTimers() {
        return (Env) Proxy.newProxyInstance(
                Env.class.getClassLoader(), new Class<?>[] {Env.class}, (self, method, arguments) -> {
                    if (method.getName().equals("nanos")) {
                        return 0L;
                    }
                    throw new OutOfMemoryError("unable to create native thread (made up)");
                });
    }
}
