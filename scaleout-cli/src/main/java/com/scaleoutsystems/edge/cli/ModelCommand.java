package com.scaleoutsystems.edge.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Works on model files. */
@Command(
        name = "model",
        description = "Inspects, verifies, signs and converts model files.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n")
final class ModelCommand {

    /** The command with its own commands. */
    static CommandLine withSubcommands(Console console) {
        return new CommandLine(new ModelCommand())
                .addSubcommand(new InspectCommand(console))
                .addSubcommand(new VerifyCommand(console))
                .addSubcommand(new SignCommand(console))
                .addSubcommand(new SetIdCommand(console))
                .addSubcommand(new ConvertCommand(console));
    }
}
