package com.scaleoutsystems.edge.client.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnsweredCallsTest {

    private static final String COMBINER = "combiner.example.org:443";

    private final OneThreadEnv env = new OneThreadEnv();

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve(AnsweredCalls.FILE);
    }

    @Test
    void theOldestAreForgottenWhenThereAreTooMany() throws Exception {
        AnsweredCalls calls = AnsweredCalls.open(folder, env);
        env.noThreads(true);
        for (int i = 0; i < AnsweredCalls.MOST; i++) {
            calls.add(COMBINER, "Method" + i);
        }
        env.noThreads(false);
        calls.add(COMBINER, "Method" + AnsweredCalls.MOST);

        assertThat(calls.contains(COMBINER, "Method0")).isFalse();
        assertThat(calls.contains(COMBINER, "Method1")).isTrue();
        assertThat(calls.contains(COMBINER, "Method" + AnsweredCalls.MOST)).isTrue();
        assertThat(Files.readAllLines(file())).hasSize(AnsweredCalls.MOST);
    }

    @Test
    void ofAFileThatIsTooLongTheLatestLinesCount() throws Exception {
        Files.writeString(
                file(),
                IntStream.rangeClosed(0, AnsweredCalls.MOST)
                        .mapToObj(i -> COMBINER + " Method" + i + "\n")
                        .collect(Collectors.joining()));

        AnsweredCalls calls = AnsweredCalls.open(folder, env);

        assertThat(calls.contains(COMBINER, "Method0")).isFalse();
        assertThat(calls.contains(COMBINER, "Method" + AnsweredCalls.MOST)).isTrue();
    }

    @Test
    void ofAFileWithBytesThatAreNoTextTheOtherLinesCount() throws Exception {
        ByteArrayOutputStream damaged = new ByteArrayOutputStream();
        damaged.write((COMBINER + " First\n").getBytes(StandardCharsets.UTF_8));
        damaged.write(new byte[] {(byte) 0xff, 0, (byte) 0xc3, '\n'});
        damaged.write((COMBINER + " Last\n").getBytes(StandardCharsets.UTF_8));
        Files.write(file(), damaged.toByteArray());

        AnsweredCalls calls = AnsweredCalls.open(folder, env);

        assertThat(calls.contains(COMBINER, "First")).isTrue();
        assertThat(calls.contains(COMBINER, "Last")).isTrue();
        assertThat(calls.contains(COMBINER, "Other")).isFalse();
    }

    @Test
    void aFileThatCannotBeReadOrWrittenCostsOnlyWhatEarlierRunsKnew() throws Exception {
        Files.createDirectory(file());
        Files.createFile(file().resolve("something"));

        AnsweredCalls calls = AnsweredCalls.open(folder, env);
        calls.add(COMBINER, "Method");

        assertThat(calls.contains(COMBINER, "Method")).isTrue();
        assertThat(file()).isDirectory();
    }

    @Test
    void whatFoundNoThreadIsSavedWithTheNextCall() {
        AnsweredCalls calls = AnsweredCalls.open(folder, env);
        env.noThreads(true);
        calls.add(COMBINER, "First");
        assertThat(file()).doesNotExist();

        env.noThreads(false);
        calls.add(COMBINER, "Second");

        AnsweredCalls next = AnsweredCalls.open(folder, env);
        assertThat(next.contains(COMBINER, "First")).isTrue();
        assertThat(next.contains(COMBINER, "Second")).isTrue();
    }
}
