package com.scaleoutsystems.edge.client.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
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
