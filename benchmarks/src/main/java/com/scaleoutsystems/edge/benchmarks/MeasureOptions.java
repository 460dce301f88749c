package com.scaleoutsystems.edge.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What can be said of any measuring: which comparisons, and how much of them. */
final class MeasureOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(names = "--only", split = ",", paramLabel = "KEY", description = "Only these comparisons; see --list.")
    private List<String> only = List.of();

    @Option(
            names = "--small",
            description = "Small models, few repetitions: takes minutes, and the figures mean little.")
    private boolean small;

    @Option(
            names = "--jvm",
            split = ",",
            paramLabel = "OPTION",
            description = "Further options of each JVM that is measured.")
    private List<String> jvmOptions = List.of();

    Settings settings(Path folder, @Nullable Integer repetitions) {
        Settings base = small ? Settings.small(folder) : Settings.full(folder);
        return base.with(repetitions == null ? base.repetitions() : repetitions, jvmOptions);
    }

    List<Comparison> chosen(List<Comparison> all) {
        List<String> keys = all.stream().map(Comparison::key).toList();
        for (String key : only) {
            if (!keys.contains(key)) {
                throw new ParameterException(
                        Objects.requireNonNull(spec).commandLine(),
                        "There is no comparison " + key + "; there are " + keys);
            }
        }
        return all.stream()
                .filter(comparison -> only.isEmpty() || only.contains(comparison.key()))
                .toList();
    }
}
