package com.scaleoutsystems.edge.cli;

import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Prints a script by which shells complete the command's options. */
@Command(
        name = "completion",
        description = {
            "Prints a completion script for bash and zsh. For the running shell:",
            "  source <(scaleout-edge completion)"
        })
final class CompletionCommand extends BaseCommand {

    private final Supplier<CommandLine> all;

    /**
     * Completes the options of one command line.
     *
     * @param all makes the command line with all of its commands
     */
    CompletionCommand(Console console, Supplier<CommandLine> all) {
        super(console);
        this.all = all;
    }

    @Override
    void run() {
        console.line(AutoComplete.bash(CommandName.SCALEOUT_EDGE, all.get()));
    }
}
