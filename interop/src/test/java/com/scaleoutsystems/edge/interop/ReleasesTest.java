package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The table of docs/servers.md that says what each release has, generated from the releases themselves. */
@Tag("interop")
class ReleasesTest {
    private static final String HEAD = """
            | | 1.0.1 | 1.0.7 | 1.1.0 |
            |---|---|---|---|
            """;

    @RegisterExtension
    final PythonPeers first = PythonPeers.ofRelease("1.0.1");

    @RegisterExtension
    final PythonPeers last10 = PythonPeers.ofRelease("1.0.7");

    @RegisterExtension
    final PythonPeers current = PythonPeers.ofRelease("1.1.0");

    @Test
    void theTableSaysWhatEachReleaseKnows() {
        List<JsonNode> releases = List.of(known(first), known(last10), known(current));

        StringBuilder table = new StringBuilder(HEAD);
        for (String list : List.of("calls", "types")) {
            namesThatNotAllKnow(releases, list)
                    .forEach((names, cells) -> table.append(row("`" + String.join("`, `", names) + "`", cells)));
        }
        table.append(row(
                "enrollment",
                releases.stream()
                        .map(release -> yes(release.path("enrolls").booleanValue()))
                        .toList()));

        assertThat(ModuleFiles.read(ModuleFiles.ofModule("docs", "servers.md"))).contains("\n\n" + table + "\n");
    }

    private static JsonNode known(PythonPeers peers) {
        return Fields.parse(peers.run("releases.py"));
    }

    /** Names of which all releases say the same are together. */
    private static Map<List<String>, List<String>> namesThatNotAllKnow(List<JsonNode> releases, String list) {
        Set<String> names = new LinkedHashSet<>();
        releases.forEach(release -> names.addAll(texts(release.path(list))));
        Map<List<String>, List<String>> together = names.stream()
                .collect(Collectors.groupingBy(
                        name -> releases.stream()
                                .map(release -> yes(texts(release.path(list)).contains(name)))
                                .toList(),
                        LinkedHashMap::new,
                        Collectors.toList()));
        Map<List<String>, List<String>> rows = new LinkedHashMap<>();
        together.forEach((cells, same) -> {
            if (cells.contains("no")) {
                rows.put(same, cells);
            }
        });
        return rows;
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::textValue)
                .toList();
    }

    private static String row(String name, List<String> cells) {
        return "| " + name + " | " + String.join(" | ", cells) + " |\n";
    }

    private static String yes(boolean known) {
        return known ? "yes" : "no";
    }
}
