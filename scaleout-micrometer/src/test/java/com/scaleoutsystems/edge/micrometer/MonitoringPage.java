package com.scaleoutsystems.edge.micrometer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The tables of docs/monitoring.md. */
final class MonitoringPage {

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private MonitoringPage() {}

    /** The tags of each meter, by its name. */
    static Map<String, Set<String>> meters() throws IOException {
        Map<String, Set<String>> meters = new TreeMap<>();
        for (String[] cells : table("| meter | kind | tags | what it tells |")) {
            String first = "";
            for (String name : codes(cells[1])) {
                String whole = name.startsWith(".") ? first.substring(0, first.lastIndexOf('.')) + name : name;
                meters.put(whole, new TreeSet<>(codes(cells[3])));
                first = first.isEmpty() ? whole : first;
            }
        }
        return meters;
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private static List<String[]> table(String header) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("..", "docs", "monitoring.md"));
        return lines.subList(lines.indexOf(header) + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split("\\|"))
                .collect(Collectors.toList());
    }
}
