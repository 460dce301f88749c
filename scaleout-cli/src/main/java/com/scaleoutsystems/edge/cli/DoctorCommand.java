package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.network.DoctorReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what keeps a client from joining. */
@Command(
        name = "doctor",
        description = {
            "Checks everything that joining with these options needs, and says what is wrong and what to do.",
            "Takes no task. Exits with 0 if nothing is wrong, otherwise with 1."
        })
final class DoctorCommand extends BaseCommand {

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Option(names = "--json", description = "Prints a JSON list with an object for each check.")
    private boolean json;

    DoctorCommand(Console console) {
        super(console);
    }

    @Override
    void run() {
        DoctorReport report = rightUsage(() -> connection.builder(console)).doctor();
        console.line(json ? report.toJson() : report.toText().stripTrailing());
        long failed = report.checks().stream().filter(check -> !check.ok()).count();
        if (failed > 0) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    failed + " of " + report.checks().size() + " checks failed; the output says what to do");
        }
    }
}
