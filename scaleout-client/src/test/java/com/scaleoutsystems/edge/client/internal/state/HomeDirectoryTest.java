package com.scaleoutsystems.edge.client.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class HomeDirectoryTest {

    @Test
    void theHomeThatTheJvmHasFoundCounts() {
        assertThat(HomeDirectory.find("/home/ada", "/somewhere/else")).isEqualTo(Path.of("/home/ada"));
    }

    /** So says the JVM where the user has no entry in the list of users, as with an arbitrary uid in a container. */
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"?", "", "relative", "./here"})
    void whereTheJvmFindsNoHomeThatOfTheEnvironmentCounts(@Nullable String ofJvm) {
        assertThat(HomeDirectory.find(ofJvm, "/writable")).isEqualTo(Path.of("/writable"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "?", "relative"})
    void withoutAHomeTheErrorNamesTheWaysOut(@Nullable String ofEnvironment) {
        assertThatThrownBy(() -> HomeDirectory.find("?", ofEnvironment))
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                .hasMessageContaining("this user has no home directory")
                .hasMessageContaining("--state-dir")
                .hasMessageContaining("SCALEOUT_HOME_DIR")
                .hasMessageContaining("--stateless");
    }

    @Test
    void aHomeWhoseCharactersWereLostIsNotUsed() {
        assertThatThrownBy(() -> HomeDirectory.find("/home/bj\uFFFD\uFFFDrn", "/writable"))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("LC_ALL=C.UTF-8");
    }
}
