package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.internal.check.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@link EdgeClientBuilder#doctor()} found: one check after the other, in the order in which a client joins. Checks that
 * cannot be made because an earlier one failed are left out.
 *
 * @param checks the checks that were made
 */
public record DoctorReport(List<Check> checks) {

    /**
     * Takes a copy.
     *
     * @param checks the checks that were made
     */
    public DoctorReport {
        checks = List.copyOf(checks);
    }

    /**
     * One check.
     *
     * @param check what was looked at, such as {@code api tls}
     * @param ok whether it is as it should be
     * @param finding what was found, in one line
     * @param cure what to do about it; empty if it is ok
     * @param detail more about it, such as the certificates; may be empty
     */
    public record Check(String check, boolean ok, String finding, String cure, String detail) {}

    /**
     * Whether nothing is wrong.
     *
     * @return true if all checks are ok
     */
    public boolean ok() {
        return checks.stream().allMatch(Check::ok);
    }

    /**
     * The report for people: a line for each check, and below those that failed the cure and the details.
     *
     * @return the text, with a line break at the end of each line
     */
    public String toText() {
        int width =
                checks.stream().mapToInt(check -> check.check().length()).max().orElse(0);
        return checks.stream().map(check -> text(check, width)).collect(Collectors.joining());
    }

    private static String text(Check check, int width) {
        StringBuilder text = new StringBuilder(check.ok() ? "ok    " : "FAIL  ");
        text.append(check.check())
                .append(" ".repeat(width - check.check().length() + 2))
                .append(check.finding())
                .append('\n');
        if (!check.ok()) {
            text.append(indented("cure: " + check.cure()));
            if (!check.detail().isEmpty()) {
                text.append(indented(check.detail()));
            }
        }
        return text.toString();
    }

    private static String indented(String lines) {
        return lines.lines().map(line -> "      " + line + "\n").collect(Collectors.joining());
    }

    /**
     * The report for programs: a JSON list with an object for each check, its keys {@code check}, {@code ok}, {@code finding},
     * {@code cure}, {@code detail}.
     *
     * @return the JSON text, in ASCII
     */
    public String toJson() {
        return Json.write(
                "the report", checks.stream().map(DoctorReport::object).toList());
    }

    private static Map<String, @Nullable Object> object(Check check) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("check", check.check());
        object.put("ok", check.ok());
        object.put("finding", check.finding());
        object.put("cure", check.cure());
        object.put("detail", check.detail());
        return object;
    }
}
