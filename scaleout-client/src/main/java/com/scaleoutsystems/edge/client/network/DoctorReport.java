package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.Experimental;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.internal.NamedValues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The findings of {@link EdgeClientBuilder#doctor()}: a list of checks, in the order in which a client joins. If a check fails,
 * the report omits later checks that depend on it.
 *
 * @since 0.1.0
 */
@Experimental
public final class DoctorReport {

    private final List<Check> checks;

    private DoctorReport(List<Check> checks) {
        this.checks = List.copyOf(checks);
    }

    /**
     * A report of checks.
     *
     * @param checks the checks that were made
     * @return the report
     */
    public static DoctorReport of(List<Check> checks) {
        return new DoctorReport(checks);
    }

    /**
     * The checks that were made.
     *
     * @return the checks, in their order
     */
    public List<Check> checks() {
        return checks;
    }

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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DoctorReport that && checks.equals(that.checks);
    }

    @Override
    public int hashCode() {
        return checks.hashCode();
    }

    @Override
    public String toString() {
        return "DoctorReport" + checks;
    }

    /** One check. */
    public static final class Check {

        private final String check;
        private final boolean ok;
        private final String finding;
        private final String cure;
        private final String detail;

        private Check(String check, boolean ok, String finding, String cure, String detail) {
            this.check = Objects.requireNonNull(check, "check");
            this.ok = ok;
            this.finding = Objects.requireNonNull(finding, "finding");
            this.cure = Objects.requireNonNull(cure, "cure");
            this.detail = Objects.requireNonNull(detail, "detail");
        }

        /**
         * A check that found nothing wrong.
         *
         * @param check what was looked at, such as {@code api tls}
         * @param finding what was found, in one line
         * @param detail more about it, such as the certificates; may be empty
         * @return the check
         */
        public static Check passed(String check, String finding, String detail) {
            return new Check(check, true, finding, "", detail);
        }

        /**
         * A check that found something wrong.
         *
         * @param check what was looked at, such as {@code api tls}
         * @param finding what was found, in one line
         * @param cure what to do about it
         * @param detail more about it, such as the certificates; may be empty
         * @return the check
         */
        public static Check failed(String check, String finding, String cure, String detail) {
            return new Check(check, false, finding, cure, detail);
        }

        /**
         * What was looked at.
         *
         * @return a name such as {@code api tls}
         */
        public String check() {
            return check;
        }

        /**
         * Whether it is as it should be.
         *
         * @return true if nothing is wrong
         */
        public boolean ok() {
            return ok;
        }

        /**
         * What was found.
         *
         * @return one line
         */
        public String finding() {
            return finding;
        }

        /**
         * What to do about it.
         *
         * @return the cure; empty if nothing is wrong
         */
        public String cure() {
            return cure;
        }

        /**
         * More about it, such as the certificates.
         *
         * @return some lines, or empty
         */
        public String detail() {
            return detail;
        }

        private NamedValues named() {
            return new NamedValues()
                    .with("check", check)
                    .with("ok", ok)
                    .with("finding", finding)
                    .with("cure", cure)
                    .with("detail", detail);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Check that && named().equals(that.named());
        }

        @Override
        public int hashCode() {
            return named().hashCode();
        }

        @Override
        public String toString() {
            return "Check" + named();
        }
    }
}
