package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The interpreters here are shell scripts, whose environments hold a copy of the script. */
@DisabledOnOs(OS.WINDOWS)
class PythonEnvironmentTest {
    @TempDir
    private Path folder;

    @Test
    void isMadeAnewForAnotherPythonAndKeptOtherwise() throws IOException, MissingPythonException {
        Path one = python("one");
        Path other = python("other");

        Path made = environment(Map.of("PYTHON", one.toString()));
        assertThat(made).hasSameTextualContentAs(one);
        Path kept = Files.createFile(made.resolveSibling("kept"));

        environment(Map.of("PYTHON", one.toString()));
        environment(Map.of("PYTHON", "", "PATH", other.getParent().toString()));
        assertThat(kept).exists();

        assertThat(environment(Map.of("PYTHON", other.toString()))).hasSameTextualContentAs(other);
        assertThat(kept).doesNotExist();
    }

    private Path environment(Map<String, String> variables) throws IOException, MissingPythonException {
        return PythonEnvironment.ofRelease("1.1.0", folder.resolve("target"), variables)
                .python();
    }

    private Path python(String name) throws IOException {
        Path script = Files.createDirectories(folder.resolve(name)).resolve("python3");
        Files.writeString(script, """
                #!/bin/sh
                # %s
                case "$2" in
                venv) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
                pip) ;;
                *) echo 3.13 ;;
                esac
                """.formatted(name));
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
}
