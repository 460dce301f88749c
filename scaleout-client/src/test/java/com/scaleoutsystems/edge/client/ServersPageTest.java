package com.scaleoutsystems.edge.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/servers.md has each fault of the reference client once, and every test that it names is there. */
class ServersPageTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern ROW = Pattern.compile("\\| (B\\d+[ab]?|20\\.\\d+) \\|.*\\| ([^|]+) \\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)#(\\w+)`");

    private static List<String> page() throws IOException {
        return Files.readAllLines(ROOT.resolve("docs/servers.md"));
    }

    @Test
    void eachFaultHasItsRowAndEachRowATestOrAReason() throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String line : page()) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                String shownBy = row.group(2);
                assertThat(rows.put(row.group(1), shownBy))
                        .as("rows of %s", row.group(1))
                        .isNull();
                assertThat(shownBy).as(row.group(1)).matches("(`\\w+Test#\\w+`(, )?)+|(not applicable|not built): .+");
            }
        }
        List<String> expected = new ArrayList<>(List.of("B7a", "B7b", "B15a", "B15b"));
        IntStream.rangeClosed(1, 37).forEach(number -> expected.add("B" + number));
        IntStream.rangeClosed(1, 21).forEach(number -> expected.add("20." + number));
        assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void everyTestThatThePageNamesIsThere() throws IOException {
        Map<String, String> sources = testSources();
        int named = 0;
        for (String line : page()) {
            for (Matcher test = TEST.matcher(line); test.find(); named++) {
                assertThat(sources.getOrDefault(test.group(1), ""))
                        .as(test.group())
                        .contains("void " + test.group(2) + "(");
            }
        }
        assertThat(named).isGreaterThan(80);
    }

    /** The test classes of all modules by name; those of equal names together. */
    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new LinkedHashMap<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(tests)) {
                    for (Path file : files.filter(path -> path.toString().endsWith("Test.java"))
                            .toList()) {
                        String name = file.getFileName().toString().replace(".java", "");
                        sources.merge(name, Files.readString(file), String::concat);
                    }
                }
            }
        }
        return sources;
    }
}
