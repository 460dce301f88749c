package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The code of the README compiles and runs. */
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private static final String FRAME = """
            import com.scaleoutsystems.edge.model.*;
            import java.io.*;
            import java.nio.file.*;
            import java.security.*;
            import java.time.*;
            import java.util.*;

            public class Example {
                static ScaleoutModel download(String id) {
                    return ScaleoutModel.builder()
                            .modelId(id)
                            .trainingModel(ModelParameters.of(Tensor.scalar(1)))
                            .build();
                }

                public static void run() throws Exception {
            %s
                }
            }
            """;

    @TempDir
    Path folder;

    static List<String> examples() throws IOException {
        return BLOCK.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    @Test
    void examplesAreFound() throws IOException {
        assertThat(examples()).hasSizeGreaterThanOrEqualTo(6);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void exampleRuns(String example) throws Exception {
        Path models = Files.createDirectories(folder.resolve("work"));
        try (ScaleoutModel model = ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.scalar(1)))) {
            model.saveTo(models.resolve("model.scm"));
        }
        String code = example.replace("Path.of(\"", "Path.of(\"" + models + "/");
        Path source = Files.writeString(folder.resolve("Example.java"), FRAME.formatted(code));
        compile(source);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            loader.loadClass("Example").getMethod("run").invoke(null);
        }
    }

    private void compile(Path source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(
                            messages,
                            files,
                            null,
                            List.of("-d", folder.toString(), "-proc:none"),
                            null,
                            files.getJavaFileObjects(source))
                    .call();
            assertThat(compiled).as(messages.toString()).isTrue();
        }
    }
}
