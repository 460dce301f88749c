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

/** What runs say, at the most talkative level of the SDK's loggers: no secret, and no line that a server has forged. */
@Timeout(120)
class SecretsTest {

    private static final String ALL_OF_OUR_LOG = "-Dorg.slf4j.simpleLogger.log.scaleout=trace";
    private static final String GRPC_LOG = "io.grpc.netty.shaded.io.grpc.netty.NettyClientHandler";

    @TempDir
    Path folder;

    private String output(Class<?> program, String... options) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"), "-Xmx256m", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName(),
                Files.createDirectory(folder.resolve("state")).toString()));
        Process run = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(run.waitFor(100, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(text).contains("--- done");
        assertThat(run.exitValue()).isZero();
        return text;
    }

    @Test
    void noOutputOfARunFullOfFailuresHoldsASecret() throws IOException, InterruptedException {
        String text = output(SecretsRun.class, ALL_OF_OUR_LOG);

        assertThat(text)
                .contains("DEBUG scaleout", "CONNECTED", "EdgeException", "I do not like")
                .doesNotContain("tokens will be in this log");
        assertThat(text.lines().filter(line -> line.contains(SecretsRun.MARK))).isEmpty();
    }

    @Test
    void noTextOfAServerForgesALineOrShowsASecret() throws IOException, InterruptedException {
        String text = output(HostileRun.class, ALL_OF_OUR_LOG);

        assertThat(text)
                .contains(
                        "without a correlation id",
                        "unknown task type 'Scaleout_Strange FORGED",
                        "no room for 4 FORGED",
                        "a poll failed",
                        "was rejected",
                        "downloading model",
                        "did not store model",
                        "EVENT FAILED",
                        "EVENT Rejected",
                        "EVENT CONNECTED");
        assertThat(text.lines().filter(line -> line.contains("FORGED"))).hasSizeGreaterThan(30);
        assertThat(text.lines().filter(line -> line.startsWith("FORGED"))).isEmpty();
        assertThat(text.lines().filter(line -> line.contains(HostileRun.SECRET)))
                .isEmpty();
        assertThat(text.codePoints().filter(SecretsTest::steers)).isEmpty();
    }

    private static boolean steers(int character) {
        int type = Character.getType(character);
        return (type == Character.CONTROL && character != '\n' && character != '\t')
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR;
    }

    /** The warning is needed: the token is there. */
    @Test
    void aLogOfGrpcThatShowsTheTokenIsWarnedOf() throws IOException, InterruptedException {
        String text = output(GrpcLogRun.class, "-Dorg.slf4j.simpleLogger.log." + GRPC_LOG + "=debug");

        assertThat(text).contains("Bearer " + GrpcLogRun.TOKEN);
        assertThat(text.lines().filter(line -> line.contains("WARN scaleout.client")))
                .singleElement()
                .asString()
                .contains("the client's tokens will be in this log", GRPC_LOG, "set the logger io.grpc to INFO");
    }
}
