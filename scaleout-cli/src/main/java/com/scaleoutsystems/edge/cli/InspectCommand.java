package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what model files hold. */
@Command(
        name = "inspect",
        description = {
            "Reads model files completely and shows their id, metadata, tensors and checksum.",
            "Refuses and names each file that is damaged, unsafe or too new, and inspects the others."
        })
final class InspectCommand extends BaseCommand {

    @Option(names = "--json", description = "Prints one line for each file, a JSON object.")
    private boolean json;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Containers, npz archives or any other payload.")
    private List<Path> files = List.of();

    InspectCommand(Console console) {
        super(console);
    }

    @Override
    void run() {
        int refused = 0;
        for (Path file : files) {
            try {
                Map<String, @Nullable Object> found = ModelInspection.of(file);
                console.line(json ? JsonLine.of(found) : InspectionText.of(found));
            } catch (ModelException e) {
                refused++;
                tellRefused(file, e);
            }
        }
        if (refused > 0) {
            throw new EdgeException(
                    ErrorCode.DATA_LOSS,
                    refused + " of " + files.size() + " files refused; the output says why, do not use "
                            + (refused == 1 ? "it" : "them"));
        }
    }

    private void tellRefused(Path file, ModelException refusal) {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("file", file.toString());
            line.put("refused", refusal.reason());
            line.put("message", Failures.oneLine(refusal));
            console.line(JsonLine.of(line));
        } else {
            console.line(file + ": refused (" + refusal.reason() + "): " + Failures.oneLine(refusal));
        }
    }
}
