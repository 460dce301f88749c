package com.scaleoutsystems.edge.client.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.simulation.LogLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.WriteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MvStateStoreTest {

    private static final Duration GATHERING = Duration.ofMillis(5);

    private final Env env = new SystemEnv();

    @TempDir
    Path folder;

    private static Batch record(String key) {
        return new Batch().put(Table.OUTBOX, key, "record " + key);
    }

    private static void done(CompletionStage<?> commit) {
        commit.toCompletableFuture().join();
    }

    private static List<String> keys(IdentityRows rows, Table table) {
        return rows.load(table).stream().map(Row::key).toList();
    }

    @Test
    void theKeysAreThoseOfNow() {
        try (MvStateStore store = MvStateStore.open(folder, env)) {
            IdentityRows rows = new IdentityRows(store, "one");
            done(rows.commit(record("a")));
            done(rows.commit(record("b")));
        }
        try (MvStateStore store = MvStateStore.open(folder, env)) {
            IdentityRows rows = new IdentityRows(store, "one");
            Map<String, Integer> opened = sizes(rows);
            assertThat(opened).containsOnlyKeys("a", "b");
            done(rows.commit(record("c").delete(Table.OUTBOX, "a")));
            assertThat(sizes(rows)).containsOnlyKeys("b", "c").containsEntry("b", opened.get("b"));
        }
    }

    private static Map<String, Integer> sizes(IdentityRows rows) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        rows.keys(Table.OUTBOX, sizes::put);
        return sizes;
    }

    @Test
    void rowsAreThereAfterwardsInTheOrderOfTheirKeys() {
        try (MvStateStore store = MvStateStore.open(folder, env)) {
            IdentityRows rows = new IdentityRows(store, "one");
            done(rows.commit(record("b").put(Table.LEDGER, "task", "é \u0000 \ud83d\ude00")));
            done(rows.commit(record("c")));
            done(rows.commit(record("a").delete(Table.OUTBOX, "c")));
            done(new IdentityRows(store, "two").commit(record("z")));
        }
        try (MvStateStore store = MvStateStore.open(folder, env)) {
            IdentityRows rows = new IdentityRows(store, "one");
            assertThat(rows.isDurable()).isTrue();
            assertThat(rows.load(Table.OUTBOX))
                    .containsExactly(new Row(Table.OUTBOX, "a", "record a"), new Row(Table.OUTBOX, "b", "record b"));
            Map<String, Integer> sizes = sizes(rows);
            assertThat(sizes.keySet()).containsExactly("a", "b");
            assertThat(sizes.values()).allMatch(size -> size >= "record a".length());
            assertThat(rows.load(Table.LEDGER)).containsExactly(new Row(Table.LEDGER, "task", "é \u0000 \ud83d\ude00"));
            assertThat(keys(new IdentityRows(store, "two"), Table.OUTBOX)).containsExactly("z");
            assertThat(rows.read(Table.OUTBOX, List.of("b", "c", "a"))
                            .toCompletableFuture()
                            .join())
                    .isEqualTo(Map.of("a", "record a", "b", "record b"));
        }
    }

    @Test
    void aBatchThatReplacesARowKeepsTheNewOne() {
        try (MvStateStore store = MvStateStore.open(folder, env)) {
            IdentityRows rows = new IdentityRows(store, "one");
            done(rows.commit(record("a")));
            done(rows.commit(new Batch().delete(Table.OUTBOX, "a").put(Table.OUTBOX, "a", "new")));
            assertThat(rows.load(Table.OUTBOX)).containsExactly(new Row(Table.OUTBOX, "a", "new"));
        }
    }

    @Test
    void theLastChangeOfARowCounts() {
        try (MvStateStore store = MvStateStore.open(folder, env)) {
            IdentityRows rows = new IdentityRows(store, "one");
            done(rows.commit(record("a").delete(Table.OUTBOX, "a").put(Table.LEDGER, "t", "1")));
            assertThat(rows.load(Table.OUTBOX)).isEmpty();
            assertThat(rows.load(Table.LEDGER)).hasSize(1);
        }
    }

    /** U+FFFF sorts after all other characters. */
    @Test
    void eachTableGivesAllItsRowsWhateverCharactersTheirKeysBeginWith() {
        List<String> keys = List.of("\u0000", "plain", "\ud83d\ude00", "\uffff", "\uffffplain", "\uffff\uffff");
        try (MvStateStore store = MvStateStore.open(folder, env)) {
            for (Table table : Table.values()) {
                Batch batch = new Batch();
                keys.forEach(key -> batch.put(table, key, table + key));
                done(new IdentityRows(store, "one").commit(batch));
            }
        }
        try (MvStateStore store = MvStateStore.open(folder, env)) {
            for (Table table : Table.values()) {
                assertThat(new IdentityRows(store, "one").load(table))
                        .extracting(Row::key)
                        .containsExactlyElementsOf(keys);
            }
        }
    }

    @Test
    void aCommitIsDoneOnlyAfterItsSync() {
        try (FaultyDisk disk = new FaultyDisk()) {
            OneThreadEnv env = new OneThreadEnv();
            MvStateStore store = MvStateStore.open(disk.files(), env);
            int before = disk.syncs();
            List<Integer> syncsWhenDone = new ArrayList<>();
            var unused = store.commit("one", record("a")).thenAccept(ok -> syncsWhenDone.add(disk.syncs() - before));
            assertThat(syncsWhenDone).containsExactly(1);
        }
    }

    @Test
    void commitsWithinFiveMillisecondsShareASync() {
        try (FaultyDisk disk = new FaultyDisk()) {
            OneThreadEnv env = new OneThreadEnv();
            MvStateStore store = MvStateStore.open(disk.files(), env);
            done(store.commit("one", record("first")));
            int before = disk.syncs();

            List<CompletableFuture<?>> commits = IntStream.range(0, 1_000)
                    .mapToObj(i -> store.commit("one", record("r" + i)).toCompletableFuture())
                    .collect(Collectors.toList());
            assertThat(commits).noneMatch(CompletableFuture::isDone);
            env.pass(GATHERING);

            assertThat(commits).allMatch(CompletableFuture::isDone);
            assertThat(disk.syncs() - before).isEqualTo(1);
        }
    }

    @Test
    void interruptsOfCallersHarmNobody() throws InterruptedException {
        try (MvStateStore store = MvStateStore.open(folder, env)) {
            IdentityRows rows = new IdentityRows(store, "one");
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int caller = i;
                Thread thread = new Thread(() -> {
                    Thread.currentThread().interrupt();
                    for (int n = 0; n < 20; n++) {
                        done(rows.commit(record(caller + "-" + n)));
                        keys(rows, Table.OUTBOX);
                    }
                });
                thread.start();
                thread.interrupt();
                callers.add(thread);
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(keys(rows, Table.OUTBOX)).hasSize(400);
            done(rows.commit(record("still works")));
        }
    }

    @Test
    void openingAndClosingByAnInterruptedThreadWorks() {
        Thread.currentThread().interrupt();
        try {
            MvStateStore store = MvStateStore.open(folder, env);
            done(store.commit("one", record("a")));
            store.close();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        try (MvStateStore store = MvStateStore.open(folder, env)) {
            assertThat(keys(new IdentityRows(store, "one"), Table.OUTBOX)).containsExactly("a");
        }
    }

    @Test
    void closingFinishesWhatIsUnderWayAndRefusesWhatComesLater() {
        MvStateStore store = MvStateStore.open(folder, env);
        List<CompletableFuture<?>> commits = IntStream.range(0, 500)
                .mapToObj(i -> store.commit("one", record("r" + i)).toCompletableFuture())
                .collect(Collectors.toList());
        store.close();

        assertThat(commits).allMatch(commit -> commit.isDone() && !commit.isCompletedExceptionally());
        assertThat(store.commit("one", record("late")).toCompletableFuture()).isCompletedExceptionally();
        store.close();
    }

    @Test
    void aFullDiskFailsTheCommitsOfThatTimeAndNoLaterOnes() {
        try (FaultyDisk disk = new FaultyDisk()) {
            OneThreadEnv env = new OneThreadEnv();
            MvStateStore store = MvStateStore.open(disk.files(), env);
            IdentityRows rows = new IdentityRows(store, "one");
            done(rows.commit(record("before")));
            env.pass(GATHERING);

            disk.full(true);
            for (int i = 0; i < 3; i++) {
                CompletableFuture<?> refused = rows.commit(record("during")).toCompletableFuture();
                env.pass(Duration.ofSeconds(i));
                assertThatThrownBy(refused::join)
                        .cause()
                        .isInstanceOfSatisfying(EdgeException.class, error -> {
                            assertThat(error.code()).isEqualTo(ErrorCode.IO);
                            assertThat(error.retryable()).isTrue();
                        })
                        .hasMessageContaining("No space left on device")
                        .hasMessageContaining("make room on the disk");
            }
            disk.full(false);
            env.pass(Duration.ofSeconds(2));
            CompletableFuture<?> later = rows.commit(record("later")).toCompletableFuture();
            env.pass(GATHERING);

            assertThat(later).isCompleted();
            assertThat(keys(rows, Table.OUTBOX)).containsExactly("before", "later");
        }
    }

    @Test
    void aDiskThatTakesNothingIsAnErrorAtTheStart() {
        try (FaultyDisk disk = new FaultyDisk()) {
            MvStateStore.open(disk.files(), new OneThreadEnv()).close();
            disk.full(true);
            assertThatThrownBy(() -> MvStateStore.open(disk.files(), new OneThreadEnv()))
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.IO))
                    .hasMessageContaining("No space left on device");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReadOnlyDiskIsAnErrorAtTheStartWithItsCure(boolean hasAFile) {
        try (FaultyDisk disk = new FaultyDisk()) {
            if (hasAFile) {
                MvStateStore.open(disk.files(), new OneThreadEnv()).close();
            }
            disk.readOnly(true);

            assertThatThrownBy(() -> MvStateStore.open(disk.files(), new OneThreadEnv()))
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.IO))
                    .hasMessageContaining(hasAFile ? "the file is read-only" : "Read-only file system")
                    .hasMessageContaining("give a writable directory to stateDirectory(...), or choose stateless()");
        }
    }

    @Test
    void aPathThatCannotHoldAFileIsAnErrorAtTheStart() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> MvStateStore.open(file.resolve("below"), env))
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.IO));
        Files.createDirectories(folder.resolve("state.mv"));
        assertThatThrownBy(() -> MvStateStore.open(folder, env))
                .asInstanceOf(InstanceOfAssertFactories.type(EdgeException.class))
                .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.IO));
    }

    @Test
    void whereThereIsNoRoomToMakeTheFileSmallerItGoesOnGrowing() {
        try (FaultyDisk disk = new FaultyDisk()) {
            OneThreadEnv env = new OneThreadEnv();
            IdentityRows rows = new IdentityRows(MvStateStore.open(disk.files(), env), "one");
            String value = "x".repeat(10_000);
            disk.capacity((8 << 20) + 900_000);
            int beyond = 0;
            for (int i = 0; beyond < 10; i++) {
                Batch batch = new Batch().put(Table.OUTBOX, "%08d".formatted(i), value + i);
                if (i >= 100) {
                    batch.delete(Table.OUTBOX, "%08d".formatted(i - 100));
                }
                CompletableFuture<?> commit = rows.commit(batch).toCompletableFuture();
                env.pass(GATHERING);
                done(commit);
                beyond += disk.size("state.mv") > 8 << 20 ? 1 : 0;
            }
            assertThat(keys(rows, Table.OUTBOX)).hasSize(100);
        }
    }

    @Test
    void rowsOfTheLedgerThatAFullDiskRefusedArePutRightWithTheNextCommit() {
        try (FaultyDisk disk = new FaultyDisk()) {
            OneThreadEnv env = new OneThreadEnv();
            IdentityRows rows = new IdentityRows(MvStateStore.open(disk.files(), env), "one");
            done(rows.commit(new Batch().put(Table.LEDGER, "ended", "RECEIVED").put(Table.LEDGER, "old", "TOLD")));
            disk.full(true);
            env.pass(GATHERING);
            for (Batch batch : List.of(
                    new Batch().put(Table.LEDGER, "ended", "DONE").delete(Table.LEDGER, "old"),
                    new Batch().put(Table.LEDGER, "ended", "TOLD").put(Table.OUTBOX, "refused", "{}"))) {
                CompletableFuture<?> refused = rows.commit(batch).toCompletableFuture();
                env.pass(Duration.ofSeconds(2));
                assertThat(refused).isCompletedExceptionally();
            }
            disk.full(false);
            env.pass(Duration.ofSeconds(2));
            done(rows.commit(record("later")));

            assertThat(rows.load(Table.LEDGER)).containsExactly(new Row(Table.LEDGER, "ended", "TOLD"));
            assertThat(keys(rows, Table.OUTBOX)).containsExactly("later");
        }
    }

    @Test
    void aLongRunLeavesASmallFile() {
        try (FaultyDisk disk = new FaultyDisk()) {
            OneThreadEnv env = new OneThreadEnv();
            MvStateStore store = MvStateStore.open(disk.files(), env);
            IdentityRows rows = new IdentityRows(store, "one");
            long most = 0;
            for (int i = 0; i < 3_000; i++) {
                Batch batch = record("%08d".formatted(i));
                if (i >= 100) {
                    batch.delete(Table.OUTBOX, "%08d".formatted(i - 100));
                }
                CompletableFuture<?> commit = rows.commit(batch).toCompletableFuture();
                env.pass(GATHERING);
                done(commit);
                most = Math.max(most, disk.size("state.mv"));
            }
            assertThat(keys(rows, Table.OUTBOX)).hasSize(100);
            assertThat(most).isLessThan(9 << 20);
        }
    }

    private static EdgeException refused(CompletionStage<?> commit) {
        return (EdgeException)
                catchThrowable(() -> commit.toCompletableFuture().join()).getCause();
    }

    /** Someone, or the cleaner of a folder for temporary files, deletes the directory; or its volume is unmounted. */
    @Test
    void nothingIsPromisedForADirectoryThatIsGone() throws Exception {
        Path directory = folder.resolve("state");
        try (StateDirectory locked = StateDirectory.open(directory);
                LogLines log = new LogLines();
                MvStateStore store = MvStateStore.open(directory, env)) {
            done(store.commit("one", record("a")));
            Path aside = Files.move(directory, folder.resolve("aside"));

            for (String key : List.of("b", "c", "d")) {
                EdgeException gone = refused(store.commit("one", record(key)));
                assertThat(gone.code()).isEqualTo(ErrorCode.IO);
                assertThat(gone)
                        .hasMessageContaining(directory.toString())
                        .hasMessageContaining("was deleted or replaced, or its volume was unmounted")
                        .hasMessageContaining("restart the client");
            }
            assertThat(store.works()).isFalse();
            assertThat(log.with("was deleted or replaced")).hasSize(1);
            assertThat(keys(new IdentityRows(store, "one"), Table.OUTBOX))
                    .as("what it had can still be sent")
                    .containsExactly("a");

            Files.createDirectory(directory);
            refused(store.commit("one", record("e")));
            assertThat(directory).as("another directory in its place").isEmptyDirectory();
            Files.delete(directory);
            Files.move(aside, directory);
            done(store.commit("one", record("f")));
            assertThat(store.works()).isTrue();
            assertThat(log.with("the state file works again")).hasSize(1);
            assertThat(locked.path()).isEqualTo(directory);
        }
        try (MvStateStore store = MvStateStore.open(directory, env)) {
            assertThat(keys(new IdentityRows(store, "one"), Table.OUTBOX)).containsExactly("a", "f");
        }
    }

    @Test
    void aStateFileThatWasDeletedOrReplacedIsWrittenAgain() throws Exception {
        Path directory = folder.resolve("state");
        Path file = directory.resolve("state.mv");
        try (StateDirectory locked = StateDirectory.open(directory);
                LogLines log = new LogLines();
                MvStateStore store = MvStateStore.open(directory, env)) {
            done(store.commit("one", record("a")));
            Files.delete(file);
            done(store.commit("one", record("b")));
            Path other = Files.writeString(folder.resolve("other"), "something else");
            Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
            done(store.commit("one", record("c")));

            assertThat(store.works()).isTrue();
            assertThat(log.with("someone has deleted or replaced the state file"))
                    .hasSize(2);
            assertThat(locked.path()).isEqualTo(directory);
        }
        try (MvStateStore store = MvStateStore.open(directory, env)) {
            assertThat(keys(new IdentityRows(store, "one"), Table.OUTBOX)).containsExactly("a", "b", "c");
        }
    }

    /** A disk that failed is opened again later: by then its volume may be away, and the folder below it in its place. */
    @Test
    void aFileIsNotBegunInADirectoryThatIsNotTheClients() throws Exception {
        Path directory = folder.resolve("state");
        try (StateDirectory locked = StateDirectory.open(directory);
                MvStateStore store = MvStateStore.open(directory, env)) {
            done(store.commit("one", record("a")));
            Files.delete(directory.resolve("state.mv"));
            Files.createDirectory(directory.resolve("state.mv.new"));
            Files.createFile(directory.resolve("state.mv.new/file"));
            refused(store.commit("one", record("b")));

            Files.move(directory, folder.resolve("aside"));
            Files.createDirectory(directory);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> refused(store.commit("one", record("c")))
                            .getMessage()
                            .contains("was deleted or replaced"));

            assertThat(directory).isEmptyDirectory();
            assertThat(locked.path()).isEqualTo(directory);
        }
    }

    /** A commit within five milliseconds after another one is begun by the timer. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCommitThatFindsNoThreadIsWrittenOnceThereIsOne(boolean byTheTimer) {
        try (FaultyDisk disk = new FaultyDisk()) {
            OneThreadEnv env = new OneThreadEnv();
            MvStateStore store = MvStateStore.open(disk.files(), env);
            if (byTheTimer) {
                done(store.commit("one", record("a")));
            }
            env.noThreads(!byTheTimer);
            CompletionStage<?> commit = store.commit("one", record("b"));
            env.noThreads(true);
            env.pass(GATHERING);
            env.pass(Duration.ofSeconds(1));
            assertThat(commit.toCompletableFuture()).isNotDone();
            env.noThreads(false);

            env.pass(Duration.ofSeconds(1));

            assertThat(commit.toCompletableFuture()).isCompleted();
            store.close();
        }
    }

    @Test
    void aStoreWhoseClosingFindsNoThreadIsClosedOnceThereIsOne() throws Exception {
        try (FaultyDisk disk = new FaultyDisk()) {
            OneThreadEnv env = new OneThreadEnv();
            MvStateStore store = MvStateStore.open(disk.files(), env);
            env.noThreads(true);
            CompletableFuture<Void> closed = CompletableFuture.runAsync(store::close);
            await().until(env::hasSomethingToDoLater);
            assertThat(closed).isNotDone();
            env.noThreads(false);

            env.pass(Duration.ofSeconds(1));

            assertThat(closed).succeedsWithin(Duration.ofSeconds(20));
            try (MvStateStore again = MvStateStore.open(disk.files(), new OneThreadEnv())) {
                assertThat(again.works()).isTrue();
            }
        }
    }

    @Test
    void lackOfMemoryIsNoFaultOfTheDiskAndNoDamage() {
        try (FaultyDisk disk = new FaultyDisk()) {
            OneThreadEnv env = new OneThreadEnv();
            MvStateStore store = MvStateStore.open(disk.files(), env);
            done(store.commit("one", record("a")));
            env.pass(GATHERING);
            disk.withoutMemory(true);
            EdgeException lack = refused(store.commit("one", record("b")));
            assertThat(lack.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
            assertThat(lack)
                    .hasMessageContaining("not enough memory")
                    .hasMessageContaining("MiB")
                    .hasMessageContaining("-Xmx")
                    .hasMessageNotContaining("make room on the disk");
            store.close();

            assertThatThrownBy(() -> MvStateStore.open(disk.files(), new OneThreadEnv()))
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED));
            disk.withoutMemory(false);

            assertThat(disk.names()).as("no file is taken for damaged").containsExactly("state.mv");
            try (MvStateStore again = MvStateStore.open(disk.files(), new OneThreadEnv())) {
                assertThat(keys(new IdentityRows(again, "one"), Table.OUTBOX)).containsExactly("a");
            }
        }
    }

    /** MVStore would keep 1 MiB for each store. */
    @Test
    void nothingOfACommitStaysInMemoryForTheNextOne() {
        try (FaultyDisk disk = new FaultyDisk();
                MVStore store = AppendOnlyFile.storeOn(disk.files().address("state.mv"), false)) {
            store.openMap("rows").put("a", "b");
            store.commit();

            WriteBuffer next = store.getFileStore().getWriteBuffer();
            store.getFileStore().releaseWriteBuffer(next);

            assertThat(next.capacity()).isLessThan(64 << 10);
            assertThat(store.getFileStore().getWriteBuffer()).isNotSameAs(next);
        }
    }
}
