package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** The interpreters here are shell scripts that print a version. */
@DisabledOnOs(OS.WINDOWS)
class PythonInterpreterTest {
    @TempDir
    private Path folder;

    @Test
    void theVariableComesBeforeThePath() throws IOException {
        Path named = python("named/python", "3.14");
        python("bin/python3", "3.13");

        assertThat(PythonInterpreter.find(environment("PYTHON", named.toString())))
                .contains(new PythonInterpreter(named, 14));
    }

    @Test
    void theVariableMayBeTheNameOfACommand() throws IOException {
        Path named = python("bin/my-python", "3.12");

        assertThat(PythonInterpreter.find(environment("PYTHON", "my-python")))
                .contains(new PythonInterpreter(named, 12));
    }

    @Test
    void versionsThatAreTooOldArePassedOver() throws IOException {
        Path old = python("named/python", "3.11");
        python("bin/python3", "3.9");
        Path enough = python("bin/python3.12", "3.12");

        assertThat(PythonInterpreter.find(environment("PYTHON", old.toString())))
                .contains(new PythonInterpreter(enough, 12));
    }

    @Test
    void newestOfPyenvComesLast() throws IOException {
        python("bin/python3", "3.11");
        python("pyenv/versions/3.9.18/bin/python", "3.9");
        python("pyenv/versions/3.12.1/bin/python", "3.12");
        Path newest = python("pyenv/versions/3.13.0/bin/python", "3.13");

        assertThat(PythonInterpreter.find(
                        environment("PYENV_ROOT", folder.resolve("pyenv").toString())))
                .contains(new PythonInterpreter(newest, 13));
    }

    @Test
    void withoutPythonTestsAreSkippedButNotInCi() throws IOException {
        python("bin/python3", "3.11");
        Map<String, String> environment = environment("PYTHON", "");

        assertThatThrownBy(() -> TestPython.skipOrFail(() -> PythonInterpreter.require(environment), false))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("no Python 3.12 or newer");
        assertThatThrownBy(() -> TestPython.skipOrFail(() -> PythonInterpreter.require(environment), true))
                .isInstanceOf(AssertionFailedError.class)
                .hasMessageContaining("no Python 3.12 or newer");
    }

    private Map<String, String> environment(String name, String value) {
        return Map.of("PATH", folder.resolve("bin").toString(), "HOME", folder.toString(), name, value);
    }

    private Path python(String name, String version) throws IOException {
        Path script = folder.resolve(name);
        Files.createDirectories(script.getParent());
        Files.writeString(script, "#!/bin/sh\necho " + version + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
}
