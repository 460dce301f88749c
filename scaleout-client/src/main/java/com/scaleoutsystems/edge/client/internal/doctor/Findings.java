package com.scaleoutsystems.edge.client.internal.doctor;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.check.ServerText;
import com.scaleoutsystems.edge.client.internal.net.ConnectionFault;
import com.scaleoutsystems.edge.client.network.DoctorReport;
import com.scaleoutsystems.edge.client.network.DoctorReport.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The checks made so far. */
final class Findings {

    private static final String NOT_KNOWN = "see the detail; if it does not help, report it with this report's text";

    private final List<Check> checks = new ArrayList<>();

    /** All is well; tells so by returning true. */
    boolean ok(String check, String finding) {
        return ok(check, finding, "");
    }

    boolean ok(String check, String finding, String detail) {
        checks.add(Check.passed(check, ServerText.argument(finding), lines(detail)));
        return true;
    }

    /** Something is wrong; tells so by returning false. */
    boolean fault(String check, String finding, String cure, String detail) {
        checks.add(Check.failed(check, ServerText.argument(finding), cure, lines(detail)));
        return false;
    }

    /** Findings and details quote what servers say. */
    private static String lines(String detail) {
        return detail.lines().map(ServerText::argument).collect(Collectors.joining("\n"));
    }

    /** Something failed: what lies behind it, where that is known. */
    boolean failure(String check, String target, Throwable failure) {
        String detail = describe(failure);
        return ConnectionFault.of(failure)
                .map(fault -> fault(check, fault.finding() + ": " + target, fault.cure(), detail))
                .orElseGet(() -> fault(check, "it does not work: " + target, NOT_KNOWN, detail));
    }

    /** The causes one below the other, without stack traces. */
    static String describe(Throwable failure) {
        StringBuilder text = new StringBuilder();
        Throwable former = null;
        for (@Nullable Throwable cause = failure; cause != null && cause != former; cause = cause.getCause()) {
            String name = cause instanceof EdgeException known
                    ? known.code().name()
                    : cause.getClass().getSimpleName();
            text.append(text.isEmpty() ? "" : "\n")
                    .append(name)
                    .append(": ")
                    .append(ServerText.argument(String.valueOf(cause.getMessage())));
            former = cause;
        }
        return text.toString();
    }

    DoctorReport report() {
        return DoctorReport.of(checks);
    }
}
