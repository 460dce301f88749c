package com.scaleoutsystems.edge.client.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.simulation.LogLines;
import com.scaleoutsystems.edge.client.simulation.VirtualEnv;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileBlobStoreTest {

    @TempDir
    Path directory;

    private static ScaleoutModel model(float value) {
        return ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(new float[] {value}, 1)));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("pinned"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String checksum(FileBlobStore store, String id) {
        try (ScaleoutModel model = store.open(id).orElseThrow()) {
            return model.checksum();
        }
    }

    @Test
    void aPinnedModelOutlivesTheStoreAndTheHandleItCameWith() {
        String checksum;
        try (FileBlobStore store = FileBlobStore.open(directory, new SystemEnv());
                ScaleoutModel model = model(1)) {
            store.pin("update-1", model);
            checksum = model.checksum();
        }
        try (FileBlobStore store = FileBlobStore.open(directory, new SystemEnv())) {
            assertThat(checksum(store, "update-1")).isEqualTo(checksum);
            store.release("update-1");
            assertThat(store.open("update-1")).isEmpty();
            store.release("update-1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../outside", "a/b", "UPPER", "upper", "", "con:", "é", "sha256.x"})
    void anyIdHasAFileOfItsOwnInTheFolder(String id) throws IOException {
        try (FileBlobStore store = FileBlobStore.open(directory, new SystemEnv());
                ScaleoutModel model = model(1);
                ScaleoutModel other = model(2)) {
            store.pin(id, model);
            store.pin("other", other);
            assertThat(checksum(store, id)).isEqualTo(model.checksum());
            assertThat(files()).hasSize(2);
        }
    }

    @Test
    void whatNobodyRefersToIsRemovedAtTheStart() throws IOException {
        try (FileBlobStore store = FileBlobStore.open(directory, new SystemEnv());
                ScaleoutModel model = model(1)) {
            store.pin("kept", model);
            store.pin("Kept Too", model);
            store.pin("orphan", model);
            Files.writeString(directory.resolve("pinned").resolve(".half.scm.tmp"), "half");
        }
        try (FileBlobStore store = FileBlobStore.open(directory, new SystemEnv())) {
            store.releaseEarlierExcept(Set.of("kept", "Kept Too", "never pinned"));
            assertThat(files()).hasSize(2);
            assertThat(store.open("kept")).isPresent().get().satisfies(ScaleoutModel::close);
            assertThat(store.open("Kept Too")).isPresent().get().satisfies(ScaleoutModel::close);
            assertThat(store.open("orphan")).isEmpty();
        }
    }

    /** The client learns late which models rows refer to, and works meanwhile. */
    @Test
    void whatIsPinnedAfterTheStartIsNoOrphanEvenIfItWasThereBefore() throws IOException {
        // One model for both stores: another one would have another checksum, and so another file.
        try (ScaleoutModel model = model(1)) {
            try (FileBlobStore store = FileBlobStore.open(directory, new SystemEnv())) {
                store.pin("again", model);
                store.pin("orphan", model);
            }
            List<String> before = files();
            try (FileBlobStore store = FileBlobStore.open(directory, new SystemEnv())) {
                store.pin("again", model);
                assertThat(files()).as("the same file").isEqualTo(before);
                store.pin("new", model);
                store.releaseEarlierExcept(Set.of());
                assertThat(store.open("again")).isPresent().get().satisfies(ScaleoutModel::close);
                assertThat(store.open("new")).isPresent().get().satisfies(ScaleoutModel::close);
                assertThat(store.open("orphan")).isEmpty();
            }
        }
    }

    @Test
    void aModelThatCannotBeWrittenIsKeptInMemory() throws IOException {
        try (FileBlobStore store = FileBlobStore.open(directory, new SystemEnv());
                ScaleoutModel model = model(1)) {
            Files.delete(directory.resolve("pinned"));
            Files.createFile(directory.resolve("pinned"));

            store.pin("update-1", model);

            assertThat(checksum(store, "update-1")).isEqualTo(model.checksum());
            store.release("update-1");
            assertThatThrownBy(() -> store.open("update-1"))
                    .as("as long as nobody can say what is there")
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.IO));
            Files.delete(directory.resolve("pinned"));
            Files.createDirectory(directory.resolve("pinned"));
            assertThat(store.open("update-1")).isEmpty();
        }
    }

    @Test
    void modelsThatCannotBeWrittenAreWarnedOfOnceUntilOneCanAgain() throws IOException {
        Path pinned = directory.resolve("pinned");
        VirtualEnv env = new VirtualEnv(1, Duration.ZERO);
        try (FileBlobStore store = FileBlobStore.open(directory, env);
                ScaleoutModel model = model(1);
                LogLines log = new LogLines()) {
            for (int time = 0; time < 2; time++) {
                Files.delete(pinned);
                Files.createFile(pinned);
                for (int i = 0; i < 3; i++) {
                    assertThat(store.pin("update-" + i, model)).isFalse();
                }
                Files.delete(pinned);
                Files.createDirectory(pinned);
                boolean[] over = {false};
                env.schedule(Duration.ofSeconds(10), () -> over[0] = true);
                env.runUntil(() -> over[0], Duration.ofMinutes(1));
                assertThat(store.pin("written", model)).isTrue();
                store.release("written");
            }

            assertThat(log.with("cannot be written to " + pinned)).hasSize(2);
        }
    }

    @Test
    void aModelThatIsNoContainerStaysSoAndKeepsTheIdThatItDoesNotCarry() throws IOException {
        try (FileBlobStore store = FileBlobStore.open(directory, new SystemEnv());
                ScaleoutModel model = model(1);
                ScaleoutModel raw = ScaleoutModel.fromStream(model.openTrainingModel())) {
            store.pin("update-1", raw);
            FileBlobStore later = FileBlobStore.open(directory, new SystemEnv());
            later.releaseEarlierExcept(Set.of("update-1"));
            try (ScaleoutModel opened = store.open("update-1").orElseThrow()) {
                assertThat(opened.isRaw()).isTrue();
                assertThat(opened.modelId()).isEqualTo("update-1");
                assertThat(opened.checksum()).isEqualTo(raw.checksum());
            }
            store.release("update-1");
            assertThat(files()).isEmpty();
        }
    }

    /** Only a disk that cannot be read now may be read later. */
    @ParameterizedTest
    @ValueSource(ints = {0, 10, 100})
    void aFileThatIsCutOffIsSaidToBeDamagedAndNotTheDisk(int left) throws IOException {
        try (FileBlobStore store = FileBlobStore.open(directory, new SystemEnv());
                ScaleoutModel model = model(1)) {
            store.pin("update-1", model);
            Path file = directory.resolve("pinned").resolve(files().get(0));
            Files.write(file, Arrays.copyOf(Files.readAllBytes(file), left));

            assertThatThrownBy(() -> store.open("update-1").orElseThrow().close())
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.DATA_LOSS));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFlippedByteIsNoticedWhereverItIs(boolean isRaw) throws IOException {
        try (FileBlobStore store = FileBlobStore.open(directory, new SystemEnv());
                ScaleoutModel container = model(1);
                ScaleoutModel raw = ScaleoutModel.fromStream(container.openTrainingModel())) {
            store.pin("update-1", isRaw ? raw : container);
            Path file = directory.resolve("pinned").resolve(files().get(0));
            byte[] whole = Files.readAllBytes(file);
            for (int at = 0; at < whole.length; at++) {
                byte[] flipped = whole.clone();
                flipped[at] ^= 4;
                Files.write(file, flipped);
                assertThatThrownBy(() -> store.open("update-1").orElseThrow().close())
                        .as("byte %d", at)
                        .isInstanceOfSatisfying(
                                EdgeException.class,
                                error -> assertThat(error.code()).isNotEqualTo(ErrorCode.IO));
            }
            Files.write(file, whole);
            assertThat(checksum(store, "update-1")).isEqualTo((isRaw ? raw : container).checksum());
        }
    }

    @Test
    void whatIsPinnedUnderTheSameIdTakesThePlaceOfWhatWas() throws IOException {
        try (FileBlobStore store = FileBlobStore.open(directory, new SystemEnv());
                ScaleoutModel first = model(1);
                ScaleoutModel second = model(2);
                ScaleoutModel neighbour = model(3)) {
            store.pin("update", first);
            store.pin("update-1", neighbour);
            store.pin("update", second);
            assertThat(checksum(store, "update")).isEqualTo(second.checksum());
            assertThat(checksum(store, "update-1")).isEqualTo(neighbour.checksum());
            store.release("update");
            assertThat(files()).hasSize(1);
        }
    }
}
