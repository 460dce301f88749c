package com.scaleoutsystems.edge.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The results as two tables in Markdown: the ratios first, then every side. */
final class MarkdownReport {
    private final List<Results> all;
    private final StringBuilder text = new StringBuilder();

    private MarkdownReport(List<Results> all) {
        this.all = all;
    }

    static String write(Machine machine, List<Results> all) {
        MarkdownReport report = new MarkdownReport(all);
        report.text.append(machine.summary()).append('\n');
        report.ratios();
        report.sides();
        report.notes();
        return report.text.toString();
    }

    private void ratios() {
        line("| measure | Java | Python | ratio | target | reached |");
        line("|---|---|---|---|---|---|");
        for (Results results : all) {
            for (FigureResults figure : results.figures()) {
                List<Target> targets = figure.figure().targets();
                line(
                        "| %s | %s | %s | %s | %s | %s |",
                        figure.figure().name(),
                        figure.java()
                                .map(java -> value(java.median(), figure.figure()))
                                .orElse(failed(results, Side.JAVA)),
                        figure.python()
                                .map(python -> value(python.median(), figure.figure()))
                                .orElse(failed(results, Side.PYTHON)),
                        figure.ratio().isPresent() ? times(figure.ratio().getAsDouble()) : "–",
                        joined(targets.stream().map(Target::text).toList()),
                        joined(targets.stream()
                                .map(target -> reached(target, figure))
                                .toList()));
            }
        }
        line("");
    }

    private static String failed(Results results, String side) {
        return results.failures().containsKey(side) ? "failed" : "–";
    }

    private static String reached(Target target, FigureResults figure) {
        Optional<Boolean> met = target.met().apply(figure);
        return met.map(yes -> yes ? "yes" : "**no**").orElse("not measured");
    }

    private void sides() {
        line(
                "| measure | side | samples | median | p95 | min | max | rate | CPU, s: client | server | peak RSS, MiB |");
        line("|---|---|---|---|---|---|---|---|---|---|---|");
        for (Results results : all) {
            boolean first = true;
            for (FigureResults figure : results.figures()) {
                for (Map.Entry<String, Samples> side : figure.sides().entrySet()) {
                    line(side(results, figure.figure(), side.getKey(), side.getValue(), first));
                }
                first = false;
            }
        }
        line("");
    }

    /** Processor time and memory are those of the whole run, so they stand beside its first figure only. */
    private static String side(Results results, Figure figure, String side, Samples samples, boolean withProcess) {
        List<String> cells = new ArrayList<>(List.of(
                figure.name(),
                side,
                Integer.toString(samples.count()),
                value(samples.median(), figure),
                value(samples.percentile(95), figure),
                value(samples.min(), figure),
                value(samples.max(), figure),
                figure.amount()
                        .map(amount -> "%s %s/s".formatted(rounded(amount.count() / samples.median()), amount.unit()))
                        .orElse("")));
        if (withProcess) {
            OptionalDouble server = results.serverCpuSeconds(side);
            cells.add(seconds(results.clientCpuSeconds(side)));
            cells.add(server.isPresent() ? seconds(server.getAsDouble()) : "");
            cells.add(rounded(results.peakRssMebibytes(side)));
        } else {
            cells.addAll(List.of("", "", ""));
        }
        return "| " + String.join(" | ", cells) + " |";
    }

    private void notes() {
        for (Results results : all) {
            results.notes()
                    .forEach(note -> line("- %s: %s", results.comparison().key(), note));
            results.failures()
                    .forEach((side, reason) ->
                            line("- %s: %s failed: %s", results.comparison().key(), side, reason));
        }
    }

    private static String joined(List<String> texts) {
        return texts.isEmpty() ? "–" : String.join("; ", texts);
    }

    private static String value(double value, Figure figure) {
        return rounded(value) + " " + figure.unit();
    }

    private static String times(double ratio) {
        return rounded(ratio) + "×";
    }

    /** The kernel counts in steps of 10 ms. */
    private static String seconds(double cpu) {
        return cpu < 0.01 ? "<0.01" : String.format(Locale.ROOT, "%.2f", cpu);
    }

    /** Three digits that count. */
    static String rounded(double value) {
        if (value == 0) {
            return "0";
        }
        int digits = Math.max(0, 2 - (int) Math.floor(Math.log10(Math.abs(value))));
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    private void line(String format, Object... arguments) {
        text.append(arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments))
                .append('\n');
    }
}
