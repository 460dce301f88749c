package com.scaleoutsystems.edge.interop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One thing that the Java client sends differently from the reference client.
 *
 * @param scenario in which it shows
 * @param place the call, or the field of a call
 * @param reference what the reference client sends there
 * @param ours what the Java client sends there
 */
record WireDifference(String scenario, String place, String reference, String ours) {
    private static final Pattern FAULT = Pattern.compile("\\| `([a-z]+(-[a-z]+)+)` \\|.*");
    private static final String HEADING = "### Differences on the wire";
    private static final String ABSENT = "absent";
    private static final String NOT_SENT = "not sent";

    /** A difference as the page lists it, with the name of the reference's fault, or with the reason for a difference without a fault. */
    record Listed(WireDifference difference, String reason) {}

    static Set<WireDifference> between(WireRun run) {
        Set<WireDifference> differences = new LinkedHashSet<>();
        Set<String> scenarios = new TreeSet<>(run.reference().scenarios());
        scenarios.addAll(run.ours().scenarios());
        scenarios.forEach(scenario -> differences.addAll(between(run, scenario)));
        return differences;
    }

    static Set<WireDifference> between(WireRun run, String scenario) {
        Set<WireDifference> differences = new LinkedHashSet<>();
        Map<String, Map<String, String>> reference = run.reference().calls(scenario);
        Map<String, Map<String, String>> ours = run.ours().calls(scenario);
        for (String call : union(reference.keySet(), ours.keySet())) {
            if (!reference.containsKey(call) || !ours.containsKey(call)) {
                differences.add(new WireDifference(
                        scenario,
                        call,
                        reference.containsKey(call) ? WireRecording.SENT : NOT_SENT,
                        ours.containsKey(call) ? WireRecording.SENT : NOT_SENT));
                continue;
            }
            for (String field :
                    union(reference.get(call).keySet(), ours.get(call).keySet())) {
                String theirValue = reference.get(call).getOrDefault(field, ABSENT);
                String ourValue = ours.get(call).getOrDefault(field, ABSENT);
                if (!theirValue.equals(ourValue)) {
                    String place = field.isEmpty() ? call : call + " " + field;
                    differences.add(new WireDifference(scenario, place, theirValue, ourValue));
                }
            }
        }
        return differences;
    }

    /** The differences that docs/servers.md lists for a run, such as {@code 1.1} or {@code 1.1 pushed}. */
    static List<Listed> listed(String runName) {
        List<Listed> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : document()) {
            inside = line.startsWith("#") ? line.equals(HEADING) : inside;
            List<String> cells = Arrays.stream(line.split("\\|", -1))
                    .map(cell -> cell.strip().replace("`", ""))
                    .toList();
            if (inside && cells.size() == 8 && list(cells.get(1)).contains(runName)) {
                for (String scenario : list(cells.get(2))) {
                    for (String place : list(cells.get(3))) {
                        rows.add(new Listed(
                                new WireDifference(scenario, place, cells.get(4), cells.get(5)), cells.get(6)));
                    }
                }
            }
        }
        return rows;
    }

    /** The names of the reference's faults that docs/servers.md describes. */
    static Set<String> listedFaults() {
        return document().stream()
                .map(FAULT::matcher)
                .filter(Matcher::matches)
                .map(fault -> fault.group(1))
                .collect(Collectors.toSet());
    }

    private static List<String> document() {
        return ModuleFiles.read(ModuleFiles.target().resolve("../../docs/servers.md"))
                .lines()
                .toList();
    }

    private static List<String> list(String cell) {
        return Arrays.asList(cell.split(", ", -1));
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new LinkedHashSet<>(one);
        all.addAll(other);
        return all;
    }
}
