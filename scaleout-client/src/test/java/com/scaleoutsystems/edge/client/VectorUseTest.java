package com.scaleoutsystems.edge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs after all other tests of this module: no golden vector that is this module's duty is left unused. */
@Tag("once")
@Order(Integer.MAX_VALUE)
class VectorUseTest {

    private static final Pattern DUTY = Pattern.compile("(?m)^\\| (\\w+) \\| scaleout-client \\|$");
    private static final Pattern NOT_USED = Pattern.compile("(?m)^\\| (\\w+/[\\w-]+) \\| (\\w+) \\| .+ \\|$");

    private static String page() throws IOException {
        return Files.readString(Path.of("../vectors/README.md"));
    }

    @Test
    void everyVectorOfThisModulesKindsIsUsed() throws IOException {
        assumeThat(Vectors.used()).as("used by other tests of this run").isNotEmpty();
        List<String> kinds =
                DUTY.matcher(page()).results().map(duty -> duty.group(1)).toList();
        Set<String> unused = kinds.stream()
                .flatMap(Vectors::ofKind)
                .flatMap(Vectors.Vector::parts)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(unused).isNotEmpty();
        unused.removeAll(Vectors.used());

        assertThat(unused)
                .as("vectors that no test uses; those without a counterpart stand in vectors/README.md")
                .containsExactlyInAnyOrderElementsOf(NOT_USED.matcher(page())
                        .results()
                        .map(row -> row.group(1) + " " + row.group(2))
                        .toList());
    }
}
