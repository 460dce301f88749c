package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStoreTest {
    private static final int LARGE = 2 << 20;

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

    private ModelStoreSettings settings() {
        return ModelStoreSettings.defaults().withClock(now::get);
    }

    private ModelStore store() {
        return ModelStore.open(folder, settings());
    }

    private static ScaleoutModel model(String id, int bytes) {
        return ScaleoutModel.builder()
                .modelId(id)
                .trainingModel(ModelParameters.of(Tensor.ofBytes(new byte[bytes])))
                .build();
    }

    private static Function<String, ScaleoutModel> never() {
        return id -> {
            throw new AssertionError("fetched " + id);
        };
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private void put(ModelStore store, String id, int bytes) {
        try (ScaleoutModel model = model(id, bytes)) {
            store.put(model);
        }
        now.updateAndGet(time -> time.plusSeconds(1));
    }

    @Test
    void modelIsFetchedOnceAndThenKept() {
        AtomicInteger fetches = new AtomicInteger();
        try (ModelStore store = store()) {
            for (int i = 0; i < 3; i++) {
                try (ScaleoutModel model = store.fetch("m", id -> {
                    fetches.incrementAndGet();
                    return model(id, 10);
                })) {
                    assertThat(model.modelId()).isEqualTo("m");
                    assertThat(model.modelParameters().get(0).byteSize()).isEqualTo(10);
                }
            }
            assertThat(fetches).hasValue(1);
            assertThat(store.size()).isEqualTo(1);
            assertThat(store.get("other")).isEmpty();
        }
    }

    @Test
    void modelOutlivesTheStore() throws IOException {
        try (ModelStore store = store()) {
            put(store, "small", 10);
            put(store, "large", LARGE);
        }
        try (ModelStore store = store();
                ScaleoutModel small = store.fetch("small", never());
                ScaleoutModel large = store.fetch("large", never())) {
            assertThat(small.modelParameters().get(0).byteSize()).isEqualTo(10);
            assertThat(large.modelParameters().get(0).byteSize()).isEqualTo(LARGE);
            assertThat(store.bytes()).isEqualTo(small.size() + large.size());
        }
        assertThat(files()).hasSize(2);
    }

    @Test
    void fetchedFileIsKeptWithoutACopy() throws IOException {
        try (ModelStore store = store()) {
            try (ScaleoutModel source = model("m", LARGE)) {
                AtomicReference<Object> temporary = new AtomicReference<>();
                store.fetch("m", id -> {
                            ScaleoutModel fetched =
                                    ScaleoutModel.fromStream(source.openStream(), store.modelSettings());
                            temporary.set(fileKey(fetched.file().orElseThrow()));
                            return fetched;
                        })
                        .close();
                assertThat(fileKey(files().get(0))).isEqualTo(temporary.get());
            }
            try (Stream<Path> incoming = Files.list(folder.resolve("incoming"))) {
                assertThat(incoming).isEmpty();
            }
        }
    }

    private static Object fileKey(Path file) {
        try {
            return Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class)
                    .fileKey();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void rawModelIsKeptUnderTheIdItWasAskedFor() {
        try (ModelStore store = store()) {
            store.fetch("raw", id -> ScaleoutModel.fromStream(new ByteArrayInputStream(new byte[5])))
                    .close();
            try (ScaleoutModel model = store.fetch("raw", never())) {
                assertThat(model.modelId()).isEqualTo("raw");
                assertThat(model.isRaw()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../../etc/passwd", "/abs", "a\\b", "con", "å😀", "a\0b", ".", "A", "a"})
    void anyTextMayBeAnId(String id) throws IOException {
        try (ModelStore store = store()) {
            store.fetch(id, asked -> ScaleoutModel.fromStream(new ByteArrayInputStream(asked.getBytes())))
                    .close();
            assertThat(files())
                    .singleElement()
                    .satisfies(file ->
                            assertThat(file.getFileName().toString()).matches("[0-9a-f]{64}-[0-9a-f]{64}\\.model"));
            store.fetch(id, never()).close();
        }
    }

    @Test
    void longIdsAreNoProblem() {
        try (ModelStore store = store()) {
            put(store, "x".repeat(5000), 10);
            store.fetch("x".repeat(5000), never()).close();
        }
    }

    @Test
    void wrongModelIsRefusedAndNotKept() throws IOException {
        try (ModelStore store = store()) {
            assertThatThrownBy(() -> store.fetch("a", id -> model("b", 10)))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.reason()).isEqualTo("wrong_model"))
                    .hasMessage("The model 'a' was asked for, but 'b' came");
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void newerModelOfTheSameIdReplacesTheOlder() throws IOException {
        try (ModelStore store = store()) {
            put(store, "m", 10);
            put(store, "m", 20);
            put(store, "m", 20);
            assertThat(files()).hasSize(1);
            try (ScaleoutModel model = store.fetch("m", never())) {
                assertThat(model.modelParameters().get(0).byteSize()).isEqualTo(20);
            }
            store.remove("m");
            assertThat(store.get("m")).isEmpty();
            assertThat(files()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, LARGE})
    void tornFileIsFetchedAgain(int bytes) throws IOException {
        try (ModelStore store = store()) {
            put(store, "m", bytes);
        }
        byte[] whole = Files.readAllBytes(files().get(0));
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 1;
        for (byte[] torn : List.of(new byte[0], java.util.Arrays.copyOf(whole, whole.length - 1), flipped)) {
            Files.write(files().get(0), torn);
            try (ModelStore store = store()) {
                assertThat(store.get("m")).isEmpty();
                assertThat(files()).isEmpty();
                store.fetch("m", id -> model(id, bytes)).close();
                assertThat(Files.readAllBytes(files().get(0))).isEqualTo(whole);
            }
        }
    }

    @Test
    void fileThatWasTakenAwayIsFetchedAgain() throws IOException {
        try (ModelStore store = store()) {
            put(store, "m", 10);
        }
        try (ModelStore store = store()) {
            Files.delete(files().get(0));
            assertThat(store.get("m")).isEmpty();
            store.fetch("m", id -> model(id, 10)).close();
        }
    }

    @Test
    void foreignFilesAndLeftoversDoNoHarm() throws IOException {
        try (ModelStore store = store()) {
            put(store, "m", 10);
        }
        Path foreign = Files.write(folder.resolve("notes.txt"), new byte[1]);
        Path unknown = Files.write(folder.resolve("incoming/unknown.tmp"), new byte[1]);
        Path leftover = Files.write(folder.resolve("incoming/scaleout-model-77-1.tmp"), new byte[1]);
        Path link = Files.createLink(folder.resolve("incoming/scaleout-model-77-1.tmp.aside"), leftover);
        // Nobody has locked it: its owner is dead.
        Path owner = Files.createFile(folder.resolve("incoming/scaleout-owner-77.lock"));
        try (ModelStore store = store()) {
            assertThat(store.size()).isEqualTo(1);
            assertThat(List.of(foreign, unknown))
                    .allSatisfy(file -> assertThat(file).exists());
            assertThat(List.of(leftover, link, owner))
                    .allSatisfy(file -> assertThat(file).doesNotExist());
        }
    }

    @Test
    void leastRecentlyUsedGoesFirst() throws IOException {
        ModelStoreSettings settings = settings().withMaxBytes(3000);
        try (ModelStore store = ModelStore.open(folder, settings)) {
            put(store, "a", 500);
            put(store, "b", 500);
            now.updateAndGet(time -> time.plusSeconds(1));
            store.fetch("a", never()).close();
        }
        // The order of use outlives a restart.
        try (ModelStore store = ModelStore.open(folder, settings)) {
            now.updateAndGet(time -> time.plusSeconds(1));
            put(store, "c", 500);
            assertThat(store.get("b")).isEmpty();
            store.fetch("a", never()).close();
            store.fetch("c", never()).close();
            assertThat(store.bytes()).isLessThanOrEqualTo(3000);
            assertThat(files()).hasSize(2);
        }
    }

    @Test
    void ofMoreModelsThanAllowedTheLeastRecentlyUsedGoesFirst() throws IOException {
        try (ModelStore store = ModelStore.open(folder, settings().withMaxModels(2))) {
            for (String id : List.of("a", "b", "c")) {
                now.updateAndGet(time -> time.plusSeconds(1));
                put(store, id, 500);
            }
            assertThat(store.contains("a")).isFalse();
            assertThat(store.contains("b")).isTrue();
            assertThat(store.contains("c")).isTrue();
            assertThat(files()).hasSize(2);
        }
    }

    @Test
    void modelLargerThanTheStoreIsGivenButNotKept() throws IOException {
        try (ModelStore store = ModelStore.open(folder, settings().withMaxBytes(100));
                ScaleoutModel model = store.fetch("m", id -> model(id, 500))) {
            assertThat(model.modelParameters().get(0).byteSize()).isEqualTo(500);
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void oldModelsGo() throws IOException {
        try (ModelStore store = ModelStore.open(folder, settings().withMaxAge(Duration.ofHours(1)))) {
            put(store, "m", 10);
            now.updateAndGet(time -> time.plus(Duration.ofMinutes(50)));
            store.fetch("m", never()).close();
            now.updateAndGet(time -> time.plus(Duration.ofMinutes(50)));
            store.fetch("m", never()).close();
            now.updateAndGet(time -> time.plus(Duration.ofMinutes(61)));
            assertThat(store.get("m")).isEmpty();
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void modelInUseOutlivesItsFile() {
        try (ModelStore store = store()) {
            put(store, "m", LARGE);
            try (ScaleoutModel model = store.fetch("m", never())) {
                store.remove("m");
                assertThat(model.modelParameters().get(0).byteSize()).isEqualTo(LARGE);
            }
        }
    }

    @Test
    void manyThreadsShareOneFetch() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        AtomicInteger fetches = new AtomicInteger();
        CountDownLatch allAsked = new CountDownLatch(8);
        try (ModelStore store = store()) {
            List<Future<ScaleoutModel>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(threads.submit(() -> {
                    allAsked.countDown();
                    return store.fetch("m", id -> {
                        fetches.incrementAndGet();
                        await(allAsked);
                        return model(id, LARGE);
                    });
                }));
            }
            for (Future<ScaleoutModel> result : results) {
                try (ScaleoutModel model = result.get()) {
                    assertThat(model.modelParameters().get(0).byteSize()).isEqualTo(LARGE);
                }
            }
            assertThat(fetches).hasValue(1);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs two fetches of which the second begins while the first is under way, and the first fails. */
    private static Future<ScaleoutModel> secondOfTwo(
            ModelStore store, ExecutorService threads, RuntimeException failure, Function<String, ScaleoutModel> second)
            throws InterruptedException {
        CountDownLatch firstRuns = new CountDownLatch(1);
        AtomicReference<Thread> waiter = new AtomicReference<>();
        threads.submit((Callable<ScaleoutModel>) () -> store.fetch("m", id -> {
            firstRuns.countDown();
            while (waiter.get() == null || waiter.get().getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            throw failure;
        }));
        firstRuns.await();
        return threads.submit(() -> {
            waiter.set(Thread.currentThread());
            return store.fetch("m", second);
        });
    }

    @Test
    void failureToFetchReachesAllWhoWait() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (ModelStore store = store()) {
            EdgeException failure = new EdgeException(ErrorCode.UNAVAILABLE, "no server");
            Future<ScaleoutModel> second = secondOfTwo(store, threads, failure, never());
            assertThatThrownBy(second::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCause(failure);
            assertThat(failure.getSuppressed())
                    .singleElement()
                    .satisfies(caller -> assertThat(caller.getStackTrace())
                            .anyMatch(frame -> frame.getMethodName().equals("follow")));
            store.fetch("m", id -> model(id, 10)).close();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void nextOneFetchesIfTheFirstGaveUp() throws Exception {
        for (RuntimeException gaveUp : List.of(
                new EdgeException(ErrorCode.CANCELLED, "task aborted"), new IllegalStateException("task aborted"))) {
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try (ModelStore store = store()) {
                try (ScaleoutModel model =
                        secondOfTwo(store, threads, gaveUp, id -> model(id, 10)).get()) {
                    assertThat(model.modelId()).isEqualTo("m");
                }
                store.remove("m");
            } finally {
                threads.shutdownNow();
            }
        }
    }

    @Test
    void interruptedWaiterGivesUpAlone() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(1);
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (ModelStore store = store()) {
            Future<ScaleoutModel> first = threads.submit(() -> store.fetch("m", id -> {
                running.countDown();
                await(goOn);
                return model(id, 10);
            }));
            running.await();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> store.fetch("m", never()))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
            assertThat(Thread.interrupted()).isTrue();
            goOn.countDown();
            first.get().close();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void closedStoreSaysSo() {
        ModelStore store = store();
        put(store, "m", 10);
        ScaleoutModel model = store.fetch("m", never());
        store.close();
        assertThatThrownBy(() -> store.get("m"))
                .isInstanceOf(ModelException.class)
                .hasMessage("The model store is closed");
        assertThat(model.modelParameters().size()).isEqualTo(1);
        model.close();
    }

    @Test
    void folderThatCannotBeMadeIsTold() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> ModelStore.open(file))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO));
    }
}
