package com.scaleoutsystems.edge.client.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ModelStoreSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateDirectoryTest {

    @TempDir
    Path folder;

    @Test
    void aMadeClientIdIsKept() {
        Path directory = folder.resolve("made/on/demand");
        try (StateDirectory first = StateDirectory.open(directory)) {
            assertThat(first.clientId(Optional.empty(), () -> "made-1")).isEqualTo("made-1");
        }
        try (StateDirectory second = StateDirectory.open(directory)) {
            assertThat(second.clientId(Optional.empty(), () -> "made-2")).isEqualTo("made-1");
        }
    }

    @Test
    void aMadeDirectoryIsForItsOwnerAlone() throws Exception {
        Path directory = folder.resolve("made/on/demand");
        StateDirectory.open(directory).close();

        for (Path made = directory; !made.equals(folder); made = made.getParent()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                    .isEqualTo("rwx------");
        }
    }

    /** The first start finds a directory of the host's, the second one files of its own that others have a share in. */
    @Test
    void whatTheClientKeepsIsForItsOwnerAlone() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path foreign = Files.createFile(folder.resolve("foreign"));
        Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("rw-r--r--"));

        keepSomething("first");
        assertThat(sharedFiles()).containsExactly(foreign);

        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.filter(path -> !path.equals(folder)).toList()) {
                boolean isFolder = Files.isDirectory(each);
                Files.setPosixFilePermissions(
                        each, PosixFilePermissions.fromString(isFolder ? "rwxrwxrwx" : "rw-rw-rw-"));
            }
        }
        keepSomething("second");
        assertThat(sharedFiles()).containsExactly(foreign);
    }

    private void keepSomething(String id) {
        try (StateDirectory directory = StateDirectory.open(folder);
                FileBlobStore blobs = FileBlobStore.open(folder);
                StoredModelCache models = StoredModelCache.open(folder, ModelStoreSettings.defaults());
                MvStateStore store = MvStateStore.open(folder, new SystemEnv());
                ScaleoutModel model = ScaleoutModel.fromModelParameters(
                                ModelParameters.of(Tensor.ofFloats(new float[] {1}, 1)))
                        .withModelId(id)) {
            directory.clientId(Optional.empty(), () -> "client-1");
            assertThat(blobs.pin(id, model)).isTrue();
            models.keep(model, true);
            new IdentityRows(store, "client-1")
                    .commit(new Batch().put(Table.OUTBOX, id, "row"))
                    .toCompletableFuture()
                    .join();
        }
    }

    /** What lies below the directory and others can do something with. */
    private List<Path> sharedFiles() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> kept = all.filter(path -> !path.equals(folder)).toList();
            assertThat(kept).hasSizeGreaterThan(7);
            return kept.stream().filter(StateDirectoryTest::isShared).toList();
        }
    }

    private static boolean isShared(Path path) {
        try {
            return !PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
                    .endsWith("------");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anEmptyFileOfAPowerCutIsNoClientId() throws Exception {
        try (StateDirectory directory = StateDirectory.open(folder)) {
            Files.createFile(folder.resolve("client-id"));

            assertThat(directory.clientId(Optional.of("one"), () -> "unused")).isEqualTo("one");
            assertThat(directory.clientId(Optional.empty(), () -> "unused")).isEqualTo("one");
        }
    }

    @Test
    void twoClientsCannotShareADirectory() {
        try (StateDirectory first = StateDirectory.open(folder)) {
            assertThatThrownBy(() -> StateDirectory.open(first.path()))
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                    .hasMessageContaining("in use by another client");
        }
    }

    @Test
    void aDirectoryOfAnotherIdIsRefused() {
        try (StateDirectory directory = StateDirectory.open(folder)) {
            directory.clientId(Optional.of("one"), () -> "unused");

            assertThatThrownBy(() -> directory.clientId(Optional.of("two"), () -> "unused"))
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("belongs to the client id one, not to two");
        }
    }

    @Test
    void aPathThatIsNoDirectoryIsAClearError() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> StateDirectory.open(file))
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.IO))
                .hasMessageContaining(file.toString());
    }

    /** The JDK's own files are the one file system that is read-only everywhere, for root as well. */
    @ParameterizedTest
    @ValueSource(strings = {"jrt:/state", "jrt:/modules"})
    void aReadOnlyFileSystemIsAClearErrorWhetherTheDirectoryIsThereOrNot(URI address) {
        Path directory = Path.of(address);

        for (int tries = 0; tries < 2; tries++) {
            assertThatThrownBy(() -> EdgeClient.builder()
                            .clientId("one")
                            .stateDirectory(directory)
                            .build())
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.IO))
                    .hasMessageContaining("cannot use the state directory " + directory)
                    .hasMessageContaining("give a writable directory to stateDirectory(...), or choose stateless()");
        }
    }
}
