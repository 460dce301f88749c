package com.scaleoutsystems.edge.client.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that a run says, at the most talkative level of the SDK's loggers, holds a secret. */
@Timeout(120)
class SecretsTest {

    @TempDir
    Path folder;

    @Test
    void noOutputOfARunFullOfFailuresHoldsASecret() throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.log.scaleout=trace"));
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                SecretsRun.class.getName(),
                Files.createDirectory(folder.resolve("state")).toString()));
        Process run = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(run.waitFor(100, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(output, StandardCharsets.UTF_8);

        assertThat(text).contains("--- done", "DEBUG scaleout", "CONNECTED", "EdgeException", "I do not like");
        assertThat(text.lines().filter(line -> line.contains(SecretsRun.MARK))).isEmpty();
        assertThat(run.exitValue()).isZero();
    }
}
