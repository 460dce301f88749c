package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a container another id. */
@Command(
        name = "set-id",
        description = {
            "Writes the same model under another id. It compresses nothing again.",
            "Checksum and signatures change with the id."
        })
final class SetIdCommand extends BaseCommand {

    @Parameters(index = "0", paramLabel = "FILE", description = "The model, a container.")
    private @Nullable Path file;

    @Parameters(index = "1", paramLabel = "ID", description = "The new id.")
    private @Nullable String id;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            required = true,
            description = "The file to write; may be the same as FILE.")
    private @Nullable Path output;

    SetIdCommand(Console console) {
        super(console);
    }

    @Override
    void run() {
        Path source = given(file);
        Path target = given(output);
        try (ScaleoutModel model = ScaleoutModel.fromFile(source)) {
            if (model.isRaw()) {
                throw new EdgeException(
                        ErrorCode.INVALID_ARGUMENT,
                        source + " is a raw payload, which carries no id; make it a container with 'model convert'");
            }
            try (ScaleoutModel renamed = model.withModelId(given(id))) {
                renamed.saveTo(target);
                console.line(target + ": " + renamed.modelId());
            }
        }
    }
}
