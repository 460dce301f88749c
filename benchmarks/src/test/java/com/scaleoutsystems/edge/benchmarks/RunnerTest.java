package com.scaleoutsystems.edge.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.benchmarks.Examples.Told;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunnerTest {
    @TempDir
    private Path folder;

    private final List<String> order = new ArrayList<>();

    @Test
    void sidesTakeTurnsThereAndBackAndTheRehearsalDoesNotCount() throws IOException {
        Told comparison = new Told(side(Side.JAVA), side(Side.PYTHON), List.of(side("bare")));

        FigureResults figure = run(comparison, true).figures().get(0);

        assertThat(order).containsExactly("Java", "Python", "bare", "bare", "Python", "Java", "Java", "Python", "bare");
        assertThat(figure.sides()).containsOnlyKeys("Java", "Python", "bare");
        assertThat(figure.java().orElseThrow().count()).isEqualTo(2);
        // The order is that of all runs, and the first three are the rehearsal.
        assertThat(figure.java().orElseThrow().min()).isEqualTo(6);
    }

    @Test
    void withoutPythonItsSideIsLeftOut() throws IOException {
        run(new Told(side(Side.JAVA), side(Side.PYTHON), List.of()), false);

        assertThat(order).containsOnly("Java");
    }

    @Test
    void sideThatFailsIsNotRunAgainAndTheOthersGoOn() throws IOException {
        Side failing = new Side(Side.JAVA, bench -> {
            order.add("failing");
            throw new IOException("no disk");
        });

        Results results = run(new Told(failing, side(Side.PYTHON), List.of()), true);

        assertThat(order).containsExactly("failing", "Python", "Python", "Python");
        assertThat(results.failures()).containsEntry(Side.JAVA, "no disk");
        assertThat(results.figures().get(0).ratio()).isEmpty();
    }

    private Side side(String name) {
        return new Side(name, bench -> {
            order.add(name);
            return Examples.run(order.size());
        });
    }

    private Results run(Comparison comparison, boolean withPython) throws IOException {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        try (Bench bench = new Bench(Settings.small(folder), Optional.empty())) {
            return new Runner(bench, withPython, nowhere).run(comparison);
        }
    }
}
