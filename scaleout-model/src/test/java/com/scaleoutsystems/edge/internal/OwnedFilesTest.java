package com.scaleoutsystems.edge.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.model.internal.bytes.TempFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class OwnedFilesTest {

    /** The common pool has few threads on a small machine. */
    private static final Executor OWN_THREAD = task -> new Thread(task).start();

    @TempDir
    Path folder;

    /** A process that receives a model and has a directory with a file, says so, and waits. */
    static final class Owner {

        private Owner() {}

        public static void main(String[] arguments) throws IOException {
            OwnedFiles files = OwnedFiles.in(Path.of(arguments[0]));
            TempFile.Lease model = TempFile.create(Path.of(arguments[0]));
            Files.writeString(files.newDirectory("task").resolve("file"), "of a task");
            System.out.println("ready");
            System.in.read();
            model.close();
        }
    }

    private static Process owner(Path folder) throws IOException {
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Owner.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8)).readLine())
                .isEqualTo("ready");
        return owner;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void whatAKilledProcessLeftGoesWithTheNextUserAndNotBefore() throws Exception {
        Process owner = owner(folder);
        Path foreign = Files.createFile(folder.resolve("scaleout-model-of-someone.tmp"));
        assertThat(files()).hasSize(4);

        OwnedFiles.in(folder).release();
        OwnedFiles.deleteLeftovers(folder);
        assertThat(files()).as("as long as its owner lives").hasSize(4);

        // SIGKILL where there is such a thing.
        owner.destroyForcibly();
        assertThat(owner.waitFor(60, TimeUnit.SECONDS)).isTrue();
        OwnedFiles.in(folder).release();

        assertThat(files()).containsExactly(foreign);
    }

    @Test
    void filesOfThisProcessStayUntilTheirUserDeletesThem() throws IOException {
        OwnedFiles one = OwnedFiles.in(folder);
        OwnedFiles two = OwnedFiles.in(folder);
        Path file = one.newFile("model", ".tmp");
        two.release();

        OwnedFiles.deleteLeftovers(folder);
        OwnedFiles.in(folder).release();

        assertThat(file).exists();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.delete(file);
        one.release();
        assertThat(files()).isEmpty();
    }

    /** On many systems a process that closes any channel on a file loses all its locks on that file. */
    @Test
    void anotherProcessLeavesFilesOfThisOneAloneAfterThisOneHasLookedForLeftovers() throws Exception {
        OwnedFiles files = OwnedFiles.in(folder);
        Path file = files.newFile("model", ".tmp");
        OwnedFiles.deleteLeftovers(folder);

        Process other = owner(folder);
        try {
            assertThat(file).exists();
        } finally {
            other.destroyForcibly();
            assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
            files.release();
        }
    }

    @Test
    void aDirectoryOfADeadOwnerGoesWithAllThatIsInItAndNothingElse() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.createFile(outside.resolve("kept"));
        Files.createFile(folder.resolve("scaleout-owner-77.lock"));
        Path left = Files.createDirectories(folder.resolve("scaleout-task-77-1/deep"));
        Files.createSymbolicLink(left.resolve("link"), outside);
        Files.createFile(folder.resolve("scaleout-task-778-1"));

        OwnedFiles.deleteLeftovers(folder);

        assertThat(files()).containsExactlyInAnyOrder(outside, folder.resolve("scaleout-task-778-1"));
        assertThat(outside.resolve("kept")).exists();
    }

    @Test
    void whatOnlyLooksLikeALockIsLeftAlone() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("scaleout-owner-1.lock"));
        Path other = Files.createFile(folder.resolve("scaleout-owner-x.lock"));
        Path target = Files.createFile(folder.resolve("target"));
        Path link = Files.createSymbolicLink(folder.resolve("scaleout-owner-2.lock"), target);

        OwnedFiles.deleteLeftovers(folder);

        assertThat(files()).containsExactlyInAnyOrder(directory, other, target, link);
    }

    /** One client's slow disk must not stop another client of the JVM, nor the end of a task or a model on the same disk. */
    @Test
    void nobodyWaitsForAThreadThatDeletesLeftovers() throws Exception {
        Path slow = Files.createDirectory(folder.resolve("slow"));
        Path other = Files.createDirectory(folder.resolve("other"));
        OwnedFiles held = OwnedFiles.in(slow);
        Files.createFile(slow.resolve("scaleout-owner-77.lock"));
        Path left = Files.createFile(slow.resolve("scaleout-model-77-1.tmp"));
        CountDownLatch deleting = new CountDownLatch(1);
        CountDownLatch diskAnswers = new CountDownLatch(1);
        CompletableFuture<Void> sweep = CompletableFuture.runAsync(
                () -> OwnedFiles.deleteLeftovers(slow, path -> {
                    deleting.countDown();
                    awaited(diskAnswers);
                    OwnedFiles.deleteTree(path);
                }),
                OWN_THREAD);
        awaited(deleting);

        CompletableFuture<Void> others = CompletableFuture.runAsync(
                () -> {
                    try {
                        OwnedFiles.in(other).release();
                        OwnedFiles.deleteLeftovers(other);
                        OwnedFiles.in(slow).release();
                        held.release();
                        OwnedFiles.deleteLeftovers(slow);
                        OwnedFiles.in(slow).release();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                OWN_THREAD);
        try {
            assertThat(others).succeedsWithin(30, TimeUnit.SECONDS);
            Process process = owner(slow);
            process.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(left)
                    .as("as long as the first thread has the lock of its owner")
                    .exists();
        } finally {
            diskAnswers.countDown();
        }

        assertThat(sweep).succeedsWithin(30, TimeUnit.SECONDS);
        OwnedFiles.in(slow).release();
        try (Stream<Path> files = Files.list(slow)) {
            assertThat(files).isEmpty();
        }
    }

    private static void awaited(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IOException("nothing came");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** The first users come at once: all get the same, and the last one takes its lock file away. */
    @Test
    void usersThatComeAtOnceShareOneLockFile() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 50; round++) {
                CyclicBarrier start = new CyclicBarrier(4);
                List<Future<OwnedFiles>> users = threads.invokeAll(Collections.nCopies(4, () -> {
                    start.await(30, TimeUnit.SECONDS);
                    return OwnedFiles.in(folder);
                }));
                Set<OwnedFiles> all = new HashSet<>();
                for (Future<OwnedFiles> user : users) {
                    all.add(user.get(30, TimeUnit.SECONDS));
                }
                assertThat(all).hasSize(1);
                assertThat(files()).hasSize(1);
                for (Future<OwnedFiles> user : users) {
                    user.get().release();
                }
                assertThat(files()).isEmpty();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aDirectoryThatIsGoneHasNoLeftovers() {
        OwnedFiles.deleteLeftovers(folder.resolve("gone"));
    }
}
