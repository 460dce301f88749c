package com.scaleoutsystems.edge.client.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.network.NaiveJar.Packing;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs that were packed into one jar without merging the service files of the jars that went into it. */
class NaiveJarTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void clientConnectsOrSaysWhatToDo(Packing packing) throws Exception {
        String expected = packing == Packing.LEAVES_SERVICE_FILES_OUT
                ? "META-INF/services/io.grpc"
                : "(META-INF/services/io.grpc|connection refused)";

        String text = said(packing);
        assertThat(text).containsPattern(expected);
        if (text.contains("META-INF/services")) {
            assertThat(text).contains("found ", ".jar", "gRPC 1.68 and newer", "merge the files in META-INF/services");
        }
    }

    private String said(Packing packing) throws IOException, InterruptedException, URISyntaxException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        // Only what packs: the program sees the jar alone.
                        Path.of(NaiveJar.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toURI())
                                .toString(),
                        NaiveJar.class.getName(),
                        packing.name(),
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
            String text = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(process.exitValue()).as(text).isZero();
            return text;
        } finally {
            process.destroyForcibly();
        }
    }
}
