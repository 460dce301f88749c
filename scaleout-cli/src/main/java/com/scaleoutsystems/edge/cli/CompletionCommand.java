package com.scaleoutsystems.edge.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** Prints a script by which shells complete the command's options. */
@Command(
        name = "completion",
        description = {
            "Prints a completion script for bash and zsh. For the running shell:",
            "  source <(scaleout-edge completion)"
        })
final class CompletionCommand extends BaseCommand {

    CompletionCommand(Console console) {
        super(console);
    }

    @Override
    void run() {
        console.line(AutoComplete.bash(ScaleoutEdge.NAME, ScaleoutEdge.commandLine(console)));
    }
}
