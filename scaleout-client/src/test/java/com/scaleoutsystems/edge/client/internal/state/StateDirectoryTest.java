package com.scaleoutsystems.edge.client.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientConfig;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.simulation.LogLines;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ModelSettings;
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
import java.util.Map;
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
                FileBlobStore blobs = FileBlobStore.open(folder, new SystemEnv());
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

        for (Path directory : List.of(file, file.resolve("below/it"))) {
            assertThatThrownBy(() -> EdgeClient.builder()
                            .clientId("one")
                            .stateDirectory(directory)
                            .build())
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.IO))
                    .hasMessageContaining("cannot use the state directory " + directory)
                    .hasMessageContaining(file + ": is a file, not a directory")
                    .hasMessageContaining("give a writable directory to stateDirectory(...), or choose stateless()");
        }
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

    private List<String> warnings(StatePlace here) throws Exception {
        try (StateDirectory directory = StateDirectory.open(folder);
                LogLines log = new LogLines()) {
            directory.checkPlace(here);
            return log.with("was used in another place before");
        }
    }

    @Test
    void aDirectoryThatCameFromAnotherPlaceIsNoticedUntilItsUserConfirmsTheMove() throws Exception {
        StatePlace before = new StatePlace("m1", "gauss", "/var/edge");
        assertThat(warnings(before)).isEmpty();
        assertThat(warnings(before)).as("nothing has changed").isEmpty();

        List<StatePlace> others = List.of(
                new StatePlace("m2", "gauss", "/var/edge"),
                new StatePlace("m1", "euler", "/var/edge"),
                new StatePlace("m1", "gauss", "/mnt/edge"));
        for (StatePlace other : others) {
            for (int start = 0; start < 2; start++) {
                assertThat(warnings(other))
                        .as("%s", other)
                        .singleElement()
                        .satisfies(line -> assertThat(line)
                                .contains(
                                        folder.toString(), "two clients have one identity", "delete its file 'place'"));
            }
        }
        assertThat(warnings(others.get(1)).get(0))
                .contains("host gauss, now euler")
                .doesNotContain("path", "m1");

        Files.delete(folder.resolve("place"));
        assertThat(warnings(others.get(1))).as("confirmed").isEmpty();
        assertThat(warnings(before)).as("the other way").hasSize(1);
        Files.writeString(folder.resolve("place"), "any\n");
        assertThat(warnings(before)).as("it moves often").isEmpty();
    }

    @Test
    void whatIsNotKnownIsNoOtherPlace() throws Exception {
        assertThat(warnings(new StatePlace("", "", "/state"))).isEmpty();
        assertThat(warnings(new StatePlace("m1", "gauss", "/state")))
                .as("as in a container")
                .isEmpty();
        Files.writeString(folder.resolve("place"), "torn by a power c");
        assertThat(warnings(new StatePlace("m1", "gauss", "/elsewhere"))).isEmpty();
        assertThat(Files.readString(folder.resolve("place"))).contains("gauss", "/elsewhere");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("place"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aMachineIdIsReadFromTheFirstFileThatHasOneAndNotGivenAway() throws Exception {
        String id = "0123456789abcdef0123456789abcdef";
        Path none = folder.resolve("none");
        Path unset = Files.writeString(folder.resolve("unset"), "uninitialized\n");
        Path set = Files.writeString(folder.resolve("set"), id + "\n");

        assertThat(StatePlace.machineId(none, unset, set))
                .isEqualTo(StatePlace.machineId(set))
                .hasSize(16)
                .isNotEqualTo(id.substring(0, 16));
        assertThat(StatePlace.machineId(none, unset)).isEmpty();
    }

    /** The clone of a machine's disk, as far as one machine can show it. */
    @Test
    void aClientOnACopiedDirectoryWarnsOnceAndWorks() throws Exception {
        Path first = folder.resolve("first");
        Path copy = Files.createDirectory(folder.resolve("copy"));
        EdgeClient.builder().clientId("one").stateDirectory(first).build().close();
        try (Stream<Path> files = Files.list(first)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        try (LogLines log = new LogLines();
                EdgeClient again = EdgeClient.builder()
                        .clientId("one")
                        .stateDirectory(first)
                        .build();
                EdgeClient copied = EdgeClient.builder()
                        .clientId("one")
                        .stateDirectory(copy)
                        .build()) {
            assertThat(again.clientId()).isEqualTo(copied.clientId());
            assertThat(log.with("was used in another place before"))
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains(copy.toString(), "path "));
        }
    }

    /** The whole client: its receipts, its health and its log. */
    @Test
    void aClientWhoseDirectoryIsGonePromisesNothingAndLives() throws Exception {
        Path state = folder.resolve("state");
        try (LogLines log = new LogLines();
                EdgeClient client = EdgeClient.builder()
                        .clientId("one")
                        .stateDirectory(state)
                        .build()) {
            assertThat(client.logTelemetry("t", Map.of("value", 1))
                            .stored()
                            .toCompletableFuture()
                            .join())
                    .isEqualTo(Delivery.Stored.DURABLE);
            assertThat(client.health().storing()).isTrue();
            Files.move(state, folder.resolve("aside"));

            for (int i = 0; i < 3; i++) {
                Delivery lost = client.logTelemetry("t", Map.of("value", i));
                assertThat(lost.stored().toCompletableFuture().join()).isEqualTo(Delivery.Stored.NOT_STORED);
                assertThat(lost.outcome().toCompletableFuture().join())
                        .isInstanceOfSatisfying(
                                Outcome.Rejected.class,
                                rejected -> assertThat(rejected.error()).hasMessageContaining("was deleted"));
            }
            assertThat(client.health().storing()).isFalse();
            assertThat(client.health().live()).isTrue();
            assertThat(log.with("was deleted or replaced")).hasSize(1);
            assertThat(state).doesNotExist();
        }
    }

    @Test
    void aNameThatIsTooLongForAFileIsShortenedAndAPathThatIsNotIsAClearError() {
        String name = "x".repeat(300);
        Path home = folder.resolve("home");
        EdgeClientConfig config = EdgeClientConfig.fromEnvironment(Map.of("SCALEOUT_HOME_DIR", home.toString()));
        try (EdgeClient one = config.builder().name(name + "1").build();
                EdgeClient two = config.builder().name(name + "2").build()) {
            assertThat(one.name()).isEqualTo(name + "1");
            assertThat(one.stateDirectory().orElseThrow()).exists();
            assertThat(one.stateDirectory()).isNotEqualTo(two.stateDirectory());
        }

        assertThatThrownBy(() -> StateDirectory.open(folder.resolve(name)))
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.IO))
                .hasMessageContaining("give a shorter path to stateDirectory(...)");
    }

    /** Nobody has locked the file of this owner, so it is dead. */
    private static Path leftover(Path directory) throws Exception {
        Files.createDirectories(directory);
        Files.createFile(directory.resolve("scaleout-owner-77.lock"));
        return Files.createFile(directory.resolve("scaleout-model-77-1.tmp"));
    }

    @Test
    void leftoversOfKilledProcessesGoAtTheStart() throws Exception {
        Path stateless = leftover(folder.resolve("tmp"));
        Path stateful = leftover(folder.resolve("state/models/incoming"));
        ModelSettings models = ModelSettings.defaults().withTemporaryDirectory(folder.resolve("tmp"));

        EdgeClient.builder()
                .stateless()
                .models(ModelStoreSettings.defaults().withModels(models))
                .build()
                .close();
        EdgeClient.builder()
                .clientId("one")
                .stateDirectory(folder.resolve("state"))
                .build()
                .close();

        assertThat(stateless).doesNotExist();
        assertThat(stateful).doesNotExist();
    }
}
