package com.scaleoutsystems.edge.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How this build compares with an older one, as a table in Markdown with one row a measure. */
final class BaselineReport {
    /** How much slower than the older build still counts as not slower. */
    private static final double LIMIT = 1.05;

    private BaselineReport() {}

    static String write(Machine machine, String baseline, Map<Baseline, Results> all) {
        StringBuilder text = new StringBuilder(machine.summary())
                .append('\n')
                .append("| measure | pairs | now | %s | median of ratios | interval | confidence | within 5 %% |\n"
                        .formatted(baseline))
                .append("|---|---|---|---|---|---|---|---|\n");
        all.forEach((comparison, results) ->
                Pairs.of(results, comparison.java(), comparison.then()).forEach(pairs -> text.append(row(pairs))));
        text.append('\n');
        all.forEach((comparison, results) -> {
            results.notes().forEach(note -> text.append("- %s: %s\n".formatted(comparison.key(), note)));
            results.failures()
                    .forEach((side, reason) ->
                            text.append("- %s: %s failed: %s\n".formatted(comparison.key(), side, reason)));
        });
        return text.toString();
    }

    private static String row(Pairs pairs) {
        String ratio = pairs.ratio().map(BaselineReport::cells).orElse("– | – | – | –");
        return "| %s | %d | %s | %s | %s |\n"
                .formatted(
                        pairs.measure(),
                        pairs.count(),
                        median(pairs.now(), pairs.unit()),
                        median(pairs.then(), pairs.unit()),
                        ratio);
    }

    private static String cells(MedianInterval ratio) {
        return String.format(
                Locale.ROOT,
                "%.3f | %.3f to %.3f | %.1f %% | %s",
                ratio.median(),
                ratio.low(),
                ratio.high(),
                100 * ratio.confidence(),
                ratio.low() <= LIMIT ? "yes" : "**no**");
    }

    private static String median(List<Double> values, String unit) {
        return MarkdownReport.rounded(new Samples(values).median()) + " " + unit;
    }
}
