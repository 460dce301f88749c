package com.scaleoutsystems.edge.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void aTerminalShowsOneLineThatIsDrawnAnew() {
        show(new Progress(out, true, 4));

        assertThat(printed().split("\r"))
                .extracting(String::stripTrailing)
                .containsExactly(
                        "",
                        "[------------------------------]  5 clients joined, training for 4 rounds",
                        "[#######-----------------------] 1/4  accuracy 0.2500  loss 2.1000",
                        "[##############################] 4/4  accuracy 0.9250  loss 0.2000");
        assertThat(printed()).endsWith(System.lineSeparator()).containsOnlyOnce(System.lineSeparator());
    }

    @Test
    void aShorterLineLeavesNothingOfALongerOne() {
        show(new Progress(out, true, 4));

        String[] lines = printed().split("\r");
        assertThat(lines[2]).hasSameSizeAs(lines[1]);
    }

    @Test
    void elsewhereEachRoundIsALine() {
        show(new Progress(out, false, 4));

        assertThat(printed().lines())
                .containsExactly(
                        "5 clients joined, training for 4 rounds",
                        "round 1/4  accuracy 0.2500  loss 2.1000  0.50 s",
                        "round 4/4  accuracy 0.9250  loss 0.2000  0.50 s");
        assertThat(printed()).doesNotContain("\r[");
    }

    @Test
    void dumbTerminalsPipesAndCiAreNotDrawnOn() {
        assertThat(Progress.canRedraw(Map.of("TERM", "xterm-256color"), true)).isTrue();
        assertThat(Progress.canRedraw(Map.of("TERM", "xterm-256color"), false)).isFalse();
        assertThat(Progress.canRedraw(Map.of("TERM", "dumb"), true)).isFalse();
        assertThat(Progress.canRedraw(Map.of("TERM", ""), true)).isFalse();
        assertThat(Progress.canRedraw(Map.of(), true)).isFalse();
        assertThat(Progress.canRedraw(Map.of("TERM", "xterm", "CI", "true"), true))
                .isFalse();
    }

    private static void show(Progress progress) {
        progress.started(5);
        progress.roundFinished(new RoundFigures(1, 0.25, 2.1, 0.5, 1000));
        progress.roundFinished(new RoundFigures(4, 0.925, 0.2, 0.5, 1000));
        progress.finished();
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
