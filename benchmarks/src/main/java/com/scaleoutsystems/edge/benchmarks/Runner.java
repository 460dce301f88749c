package com.scaleoutsystems.edge.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Runs the sides of a comparison in turn, so that whatever disturbs the machine disturbs all of them. Each round takes the reverse order of
 * the one before, so that no side gains from its place when the machine or the server slowly changes.
 */
final class Runner {
    private final Bench bench;
    private final boolean withPython;
    private final PrintStream out;

    Runner(Bench bench, boolean withPython, PrintStream out) {
        this.bench = bench;
        this.withPython = withPython;
        this.out = out;
    }

    Results run(Comparison comparison) {
        Results results = new Results(comparison);
        List<Side> sides = sides(comparison);
        int first = comparison.rehearses() ? 0 : 1;
        for (int i = first; i <= comparison.repetitions(bench.settings()); i++) {
            for (Side side : sides) {
                if (!results.hasFailed(side)) {
                    run(results, side, i);
                }
            }
            Collections.reverse(sides);
        }
        return results;
    }

    private List<Side> sides(Comparison comparison) {
        List<Side> sides = new ArrayList<>();
        sides.add(comparison.java());
        if (withPython) {
            sides.add(comparison.python());
        }
        sides.addAll(comparison.beside());
        return sides;
    }

    private void run(Results results, Side side, int repetition) {
        String what = "%-20s %-32s %s"
                .formatted(
                        results.comparison().key(), side.name(), repetition == 0 ? "rehearsal" : "run " + repetition);
        try {
            Run run = side.procedure().run(bench);
            out.println(what + ": " + samples(results.comparison(), run));
            if (repetition > 0) {
                results.add(side, run);
            }
        } catch (Exception e) {
            out.println(what + ": FAILED: " + e);
            results.fail(side, String.valueOf(e.getMessage()));
        }
    }

    private static String samples(Comparison comparison, Run run) {
        return comparison.figures().stream()
                .filter(run.samples()::containsKey)
                .map(figure -> String.format(
                        Locale.ROOT,
                        "%.4f %s",
                        new Samples(run.samples().getOrDefault(figure, List.of())).median(),
                        figure.unit()))
                .collect(Collectors.joining(", "));
    }
}
