package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store does when files, fetchers or its neighbours do not behave. */
class ModelStoreFaultsTest {
    private static final int LARGE = 2 << 20;

    @TempDir
    Path folder;

    private ModelStore store() {
        return ModelStore.open(folder.resolve("store"));
    }

    private static byte[] content(String id, int size) {
        byte[] content = new byte[size];
        new Random(id.hashCode()).nextBytes(content);
        return content;
    }

    private static ScaleoutModel raw(String id, int size) {
        return ScaleoutModel.fromStream(new ByteArrayInputStream(content(id, size)));
    }

    private static Function<String, ScaleoutModel> never() {
        return id -> {
            throw new AssertionError("fetched " + id);
        };
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("store"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private List<Path> incoming() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("store/incoming"))) {
            return files.toList();
        }
    }

    private static void assertContent(ScaleoutModel model, String id, int size) {
        assertThat(Vectors.readAll(model.openStream())).isEqualTo(content(id, size));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, LARGE})
    void fileThatIsDamagedWhileTheStoreIsOpenIsFetchedAgain(int size) throws IOException {
        AtomicInteger fetches = new AtomicInteger();
        Function<String, ScaleoutModel> fetcher = id -> {
            fetches.incrementAndGet();
            return raw(id, size);
        };
        try (ModelStore store = store()) {
            store.fetch("m", fetcher).close();
            store.fetch("m", fetcher).close();
            assertThat(fetches).hasValue(1);
            byte[] damaged = Files.readAllBytes(files().get(0));
            damaged[size / 2] ^= 1;
            Files.write(files().get(0), damaged);
            try (ScaleoutModel model = store.fetch("m", fetcher)) {
                assertContent(model, "m", size);
            }
            assertThat(fetches).hasValue(2);
        }
    }

    @Test
    void fileOfTheUserMayChangeOnceItsModelWasKept() throws IOException {
        Path file = Files.write(folder.resolve("mine"), content("m", LARGE));
        try (ModelStore store = store()) {
            try (ScaleoutModel model = ScaleoutModel.fromFile(file).withModelId("put")) {
                store.put(model);
            }
            ScaleoutModel fetched = store.fetch("fetched", id -> ScaleoutModel.fromFile(file));
            Files.write(file, new byte[LARGE]);
            try (fetched;
                    ScaleoutModel put = store.fetch("put", never());
                    ScaleoutModel again = store.fetch("fetched", never())) {
                assertContent(fetched, "m", LARGE);
                assertContent(put, "m", LARGE);
                assertContent(again, "m", LARGE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofTwoFilesThatACrashLeftTheLaterOneStays(boolean firstIsLater) throws IOException {
        List<Path> first;
        byte[] bytes;
        try (ModelStore store = store()) {
            store.fetch("m", id -> raw("first", 10)).close();
            first = files();
            bytes = Files.readAllBytes(first.get(0));
            store.remove("m");
            store.fetch("m", id -> raw("second", 10)).close();
        }
        Files.write(first.get(0), bytes);
        Files.setLastModifiedTime(first.get(0), FileTime.from(Instant.now().plusSeconds(firstIsLater ? 1000 : -1000)));
        try (ModelStore store = store();
                ScaleoutModel model = store.fetch("m", never())) {
            assertContent(model, firstIsLater ? "first" : "second", 10);
            assertThat(files()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, LARGE})
    void modelThatCannotBeKeptIsGivenAllTheSame(int size) throws IOException {
        try (ModelStore store = store();
                ScaleoutModel model = raw("m", size).withModelId("m")) {
            Files.delete(folder.resolve("store/incoming"));
            Files.createFile(folder.resolve("store/incoming"));
            assertThatThrownBy(() -> store.put(model))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO))
                    .hasMessageContaining("The model 'm' could not be kept in " + folder.resolve("store"));
            try (ScaleoutModel fetched = store.fetch("m", id -> raw(id, size))) {
                assertContent(fetched, "m", size);
            }
            assertThat(store.get("m")).isEmpty();
            Files.delete(folder.resolve("store/incoming"));
            Files.createDirectory(folder.resolve("store/incoming"));
            store.put(model);
            store.fetch("m", never()).close();
        }
    }

    @Test
    void keepingLeavesNothingBehindAndIsForTheOwnerOnly() throws IOException {
        try (ModelStore store = store()) {
            for (int size : new int[] {10, LARGE}) {
                store.fetch("m" + size, id -> raw(id, size)).close();
                store.fetch(
                                "own" + size,
                                id -> ScaleoutModel.fromStream(
                                        new ByteArrayInputStream(content(id, size)), store.modelSettings()))
                        .close();
            }
            assertThat(incoming()).isEmpty();
            assertThat(files())
                    .hasSize(4)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void fetcherThatAsksForItsOwnModelIsTold() {
        try (ModelStore store = store()) {
            assertThatThrownBy(() -> store.fetch("m", id -> store.fetch(id, never())))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                    .hasMessageContaining("The fetcher of the model 'm' asked the store for that model itself");
            store.fetch("m", id -> {
                        store.fetch("base", base -> raw(base, 10)).close();
                        return raw(id, 10);
                    })
                    .close();
            assertThat(store.size()).isEqualTo(2);
        }
    }

    @Test
    void aFetcherThatReturnsNullIsNamedAndBlocksNothing() {
        try (ModelStore store = store()) {
            assertThatThrownBy(() -> store.fetch("m", id -> null))
                    .hasMessageContaining("the fetcher returned null; expected a model");
            store.fetch("m", id -> raw(id, 10)).close();
        }
    }

    @Test
    void nothingThatAFetcherThrowsBlocksTheNextOne() {
        try (ModelStore store = store()) {
            for (Throwable thrown : List.of(new IOException("checked"), new StackOverflowError(), new Error())) {
                assertThatThrownBy(() -> store.fetch("m", id -> sneak(thrown))).isSameAs(thrown);
            }
            store.fetch("m", id -> raw(id, 10)).close();
        }
    }

    /** Throws what other languages of the JVM throw without declaring it. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> ScaleoutModel sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @ParameterizedTest
    @ValueSource(ints = {10, LARGE})
    void interruptedCallerStillGetsAndKeepsItsModel(int size) {
        try (ModelStore store = store()) {
            Thread.currentThread().interrupt();
            try (ScaleoutModel model = store.fetch("m", id -> raw(id, size))) {
                assertContent(model, "m", size);
            }
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            try (ScaleoutModel model = store.fetch("m", never())) {
                assertContent(model, "m", size);
            }
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void idsWithoutAFormInUtf8AreToldApart() {
        List<String> ids = List.of("\ud800", "\ud801", "?", "\ufffd");
        try (ModelStore store = store()) {
            ids.forEach(id -> store.fetch(id, asked -> raw(asked, 10)).close());
            ids.forEach(id -> {
                try (ScaleoutModel model = store.fetch(id, never())) {
                    assertContent(model, id, 10);
                }
            });
        }
    }

    @Test
    void twoStoresOnOneFolderDoEachOtherNoHarm() throws IOException {
        try (ModelStore one = store();
                ModelStore other = store()) {
            one.fetch("m", id -> raw(id, LARGE)).close();
            other.fetch("m", id -> raw(id, LARGE)).close();
            assertThat(files()).hasSize(1);
            try (ScaleoutModel inUse = other.fetch("m", never())) {
                one.remove("m");
                assertContent(inUse, "m", LARGE);
            }
            assertThat(other.get("m")).isEmpty();
            other.fetch("m", id -> raw(id, LARGE)).close();
            try (ModelStore third = store();
                    ScaleoutModel model = third.fetch("m", never())) {
                assertContent(model, "m", LARGE);
            }
        }
    }

    @Test
    void everyReaderGetsItsModelWhileOthersAreDropped() throws Exception {
        int threads = 4;
        ExecutorService readers = Executors.newFixedThreadPool(threads);
        ModelStoreSettings settings = ModelStoreSettings.defaults()
                .withModels(ModelSettings.defaults().withHeapThreshold(1000))
                .withMaxBytes(10_000);
        try (ModelStore one = ModelStore.open(folder.resolve("store"), settings);
                ModelStore other = ModelStore.open(folder.resolve("store"), settings)) {
            List<Future<?>> results = new ArrayList<>();
            for (int seed = 0; seed < threads; seed++) {
                Random random = new Random(seed);
                ModelStore store = seed % 2 == 0 ? one : other;
                results.add(readers.submit(() -> read(store, random)));
            }
            for (Future<?> result : results) {
                result.get();
            }
            assertThat(one.bytes()).isLessThanOrEqualTo(10_000);
            assertThat(incoming()).isEmpty();
        } finally {
            readers.shutdownNow();
        }
    }

    private static void read(ModelStore store, Random random) {
        for (int i = 0; i < 200; i++) {
            String id = "m" + random.nextInt(8);
            int size = id.endsWith("0") ? 500 : 3000;
            try (ScaleoutModel model = store.fetch(
                    id,
                    asked -> ScaleoutModel.fromStream(
                            new ByteArrayInputStream(content(asked, size)), store.modelSettings()))) {
                byte[] expected = content(id, size);
                byte[] found = Vectors.readAll(model.openStream());
                if (!Arrays.equals(found, expected)) {
                    throw new AssertionError("The content of " + id + " is not its own");
                }
            }
            if (random.nextInt(10) == 0) {
                store.remove(id);
            }
        }
    }
}
