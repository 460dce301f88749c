package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Runs after all other tests of this module: no golden vector that is this module's duty is left unused. */
@Order(Integer.MAX_VALUE)
class VectorUseTest {

    private static final Pattern DUTY = Pattern.compile("(?m)^\\| (\\w+) \\| ([\\w-]+) \\|$");

    private static List<MatchResult> duties() throws IOException {
        return DUTY.matcher(Files.readString(Path.of("../vectors/README.md")))
                .results()
                .toList();
    }

    @Test
    void everyVectorOfThisModulesKindsIsUsed() throws IOException {
        assumeThat(Vectors.used()).as("used by other tests of this run").isNotEmpty();
        Set<String> unused = new TreeSet<>();
        for (MatchResult duty : duties()) {
            if (duty.group(2).equals("scaleout-model")) {
                Vectors.ofKind(duty.group(1)).forEach(vector -> unused.add(vector.id()));
            }
        }
        assertThat(unused).isNotEmpty();
        unused.removeAll(Vectors.used());

        assertThat(unused).as("vectors that no test uses").isEmpty();
    }

    @Test
    void eachKindIsTheDutyOfOneModule() throws IOException {
        assertThat(duties().stream().map(duty -> duty.group(1))).containsExactlyInAnyOrderElementsOf(Vectors.kinds());
        assertThat(duties()).allSatisfy(duty -> {
            try (var files = Files.walk(Path.of("..", duty.group(2), "src/test/java"))) {
                assertThat(files).anyMatch(file -> file.endsWith("VectorUseTest.java"));
            }
        });
    }
}
