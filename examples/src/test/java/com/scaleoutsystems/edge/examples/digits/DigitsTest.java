package com.scaleoutsystems.edge.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.examples.digits.Network.Evaluation;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigitsTest {

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aShortRunLeavesItsResults() throws IOException {
        int code = run("--rounds", "3", "--poll-interval", "10", "--out", directory.toString());

        assertThat(printed(err)).isEmpty();
        assertThat(code).isZero();
        assertThat(printed(out))
                .contains("5 clients joined, training for 3 rounds", "round 3/3  accuracy", "Round  Accuracy")
                .doesNotContain("\r[");
        assertThat(directory.toFile().list())
                .containsExactlyInAnyOrder("rounds.csv", "summary.json", "accuracy.png", "digits.scm", "digits.npz");
        List<String> rounds = Files.readAllLines(directory.resolve("rounds.csv"));
        assertThat(rounds).hasSize(4).first().isEqualTo("round,accuracy,loss,seconds,bytes");
        assertThat(rounds.get(3)).matches("3,0\\.\\d+,\\d\\.\\d+,\\d+\\.\\d{3},[1-9]\\d{4,}");
        assertThat(directory.resolve("summary.json"))
                .content()
                .startsWith("{\"seed\": 42, \"rounds\": 3, \"clients\": 5, \"accuracy\": 0.");
        assertThat(ImageIO.read(directory.resolve("accuracy.png").toFile()).getWidth())
                .isEqualTo(800);
    }

    @Test
    void theSavedModelIsTheOneOfTheLastRound() throws IOException {
        run("--rounds", "2", "--clients", "2", "--poll-interval", "10", "--out", directory.toString());

        ModelParameters npz = ModelParameters.readNpz(directory.resolve("digits.npz"));
        Evaluation evaluation =
                new Network(Weights.of(npz)).evaluate(DigitsData.bundled().heldOut());
        assertThat(Files.readAllLines(directory.resolve("rounds.csv")).get(2))
                .startsWith("2,%s,%s,".formatted(evaluation.accuracy(), evaluation.loss()));
        try (ScaleoutModel container = ScaleoutModel.fromFile(directory.resolve("digits.scm"))) {
            assertThat(container.modelParameters()).isEqualTo(npz);
        }
    }

    @Test
    void theSameSeedGivesTheSameFiguresAndAnotherDoesNot() throws IOException {
        List<String> first = figures("first", "7");
        List<String> second = figures("second", "7");
        List<String> other = figures("other", "8");

        assertThat(second).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    private List<String> figures(String name, String seed) throws IOException {
        Path results = directory.resolve(name);
        assertThat(run("--rounds", "3", "--poll-interval", "10", "--seed", seed, "--out", results.toString()))
                .isZero();
        return Files.readAllLines(results.resolve("rounds.csv")).stream()
                .map(line -> line.replaceAll("^(.*?,.*?,.*?),.*$", "$1"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "--rounds, 0, --rounds is 0; expected 1 to 10000",
        "--clients, 101, --clients is 101; expected 1 to 100",
        "--poll-interval, 0, --poll-interval is 0; expected 1 to 60000",
        "--rounds, many, is not an int",
        "--unknown, 1, Unknown options"
    })
    void wrongUsageEndsWithTwo(String option, String value, String message) {
        assertThat(run(option, value, "--out", directory.toString())).isEqualTo(2);

        assertThat(printed(err)).contains(message).contains("Usage: digits");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aBadLineEndsWithOneAndOneLine() throws IOException {
        Path csv = Files.writeString(directory.resolve("bad.csv"), "1,2,3\n");
        Path results = directory.resolve("results");

        assertThat(run("--data", csv.toString(), "--out", results.toString())).isEqualTo(1);

        assertThat(printed(err))
                .isEqualTo("digits: %s, line 1: found 3 values; expected 65: 64 pixels of 0 to 16, then the digit%n"
                        .formatted(csv));
        assertThat(results).doesNotExist();
    }

    @Test
    void aFileThatIsNotThereEndsWithOneAndOneLine() {
        Path csv = directory.resolve("none.csv");

        assertThat(run("--data", csv.toString(), "--out", directory.toString())).isEqualTo(1);

        assertThat(printed(err)).isEqualTo("digits: %s: there is no such file to read images from%n".formatted(csv));
    }

    @Test
    void aPlaceThatIsNoDirectoryEndsWithOneAndOneLine() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThat(run("--out", file.toString())).isEqualTo(1);

        assertThat(printed(err))
                .isEqualTo("digits: the results cannot go to %s, which cannot be made a directory%n".formatted(file));
    }

    private int run(String... arguments) {
        return Digits.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                arguments);
    }

    private static String printed(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
