package com.scaleoutsystems.edge.client.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.simulation.VirtualEnv;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;

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

    /** A log that keeps what is written at INFO and above. */
    private static final class KeepingLog extends TestLogger {

        private static final long serialVersionUID = 1L;

        private final List<String> lines = new ArrayList<>();

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String message,
                @Nullable Object @Nullable [] arguments,
                @Nullable Throwable failure) {
            lines.add(level + " " + MessageFormatter.basicArrayFormat(message, arguments));
        }
    }

    private final KeepingLog kept = new KeepingLog();
    private final VirtualEnv env = new VirtualEnv(1, Duration.ZERO);
    private final FewLines few = new FewLines(env, kept);

    private void passTime() {
        boolean[] over = {false};
        env.schedule(FewLines.TIME.plusSeconds(1), () -> over[0] = true);
        env.runUntil(() -> over[0], Duration.ofMinutes(1));
    }

    @Test
    void linesOfOneLevelTakeNoRoomFromAnother() {
        for (int i = 1; i <= FewLines.MOST; i++) {
            few.info("went well {}", i);
        }
        few.warn("failed {}", 1);
        few.error("fault {}", 1);

        assertThat(kept.lines).hasSize(FewLines.MOST + 2).endsWith("WARN failed 1", "ERROR fault 1");
    }

    @Test
    void eachLevelTellsItsOwnNumberAndItsOwnLastLine() {
        for (int i = 1; i <= FewLines.MOST + 3; i++) {
            few.warn("failed {}", i);
            few.info("went well {}", i);
        }
        few.info("went well {}", FewLines.MOST + 4);
        kept.lines.clear();

        passTime();

        assertThat(kept.lines)
                .containsExactly(
                        "WARN 3 more like these in 30 s, logged at DEBUG; the last: failed 13",
                        "INFO 4 more like these in 30 s, logged at DEBUG; the last: went well 14");
    }

    @Test
    void whatIsPendingAtTheCloseIsWrittenThenAndOnce() {
        for (int i = 1; i <= FewLines.MOST + 2; i++) {
            few.info("went well {}", i);
        }
        kept.lines.clear();

        env.pendingLines().write();
        env.pendingLines().write();
        passTime();

        assertThat(kept.lines)
                .containsExactly("INFO 2 more like these in 30 s, logged at DEBUG; the last: went well 12");
    }

    @Test
    void whatHasBeenWrittenIsNoLongerKept() {
        for (int i = 1; i <= FewLines.MOST + 1; i++) {
            few.info("went well {}", i);
        }
        assertThat(env.pendingLines().isEmpty()).isFalse();

        passTime();

        assertThat(env.pendingLines().isEmpty()).isTrue();
    }

    /** The thread that closes one client waits for the log, and the others of the JVM go on. */
    @Test
    void aLogThatBlocksWhatIsPendingHoldsUpNoOtherLine() throws Exception {
        String last = "1 more like these in 30 s, logged at DEBUG; the last: line";
        BlockingLog log = new BlockingLog(last);
        FewLines lines = new FewLines(env, log);
        for (int i = 0; i <= FewLines.MOST; i++) {
            lines.warn("line");
        }
        CompletableFuture<Void> close =
                CompletableFuture.runAsync(() -> env.pendingLines().write(), OWN_THREAD);
        assertThat(log.blocked.await(30, TimeUnit.SECONDS)).isTrue();
        try {
            CompletableFuture<Void> further = CompletableFuture.runAsync(() -> lines.warn("one more"), OWN_THREAD);

            assertThat(further).succeedsWithin(Duration.ofSeconds(30));
        } finally {
            log.released.countDown();
        }
        assertThat(close).succeedsWithin(Duration.ofSeconds(30));
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
