package com.scaleoutsystems.edge.client.internal.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ComputeLockTest {

    @TempDir
    private Path directory;

    private Thread waiting(Path path, CompletableFuture<String> end) {
        Thread thread = new Thread(() -> {
            try {
                ComputeLock lock = ComputeLock.acquire(path);
                lock.close();
                end.complete("had it");
            } catch (InterruptedException e) {
                end.complete("interrupted");
            } catch (RuntimeException e) {
                end.completeExceptionally(e);
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void aLockThatSomethingElseInThisJvmHoldsIsWaitedFor() throws Exception {
        Path path = directory.resolve("lock");
        CompletableFuture<String> end = new CompletableFuture<>();
        try (FileChannel other = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock held = other.lock();
            waiting(path, end);
            assertThat(end).isNotDone();
            held.release();

            assertThat(end).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("had it");
        }
    }

    @Test
    void anInterruptEndsTheWaitAndHarmsNoOther() throws Exception {
        Path path = directory.resolve("lock");
        ComputeLock first = ComputeLock.acquire(path);
        CompletableFuture<String> interrupted = new CompletableFuture<>();
        Thread thread = waiting(path, interrupted);
        Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING);
        thread.interrupt();
        assertThat(interrupted).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("interrupted");
        CompletableFuture<String> next = new CompletableFuture<>();
        waiting(path, next);
        assertThat(next).isNotDone();

        first.close();

        assertThat(next).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("had it");
    }

    @Test
    void aLockThatAnotherProgramHoldsIsWaitedFor() throws Exception {
        Path path = directory.resolve("lock");
        Process holder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        LockHolder.class.getName(),
                        path.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = holder.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).isEqualTo("locked");
            CompletableFuture<String> end = new CompletableFuture<>();
            Thread waiting = waiting(path, end);
            Awaitility.await()
                    .until(() -> Arrays.stream(waiting.getStackTrace())
                            .anyMatch(frame -> frame.getMethodName().equals("lock")));
            assertThat(end).isNotDone();

            holder.outputWriter().close();

            assertThat(end).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("had it");
            assertThat(holder.waitFor()).isZero();
        } finally {
            holder.destroyForcibly();
        }
    }
}
