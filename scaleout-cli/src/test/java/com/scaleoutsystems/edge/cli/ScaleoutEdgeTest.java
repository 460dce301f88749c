package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What holds for all commands. */
class ScaleoutEdgeTest {

    static List<CommandLine> commands() {
        List<CommandLine> all = new ArrayList<>();
        collect(ScaleoutEdge.commandLine(Console.system()), all);
        return all;
    }

    private static void collect(CommandLine command, List<CommandLine> all) {
        all.add(command);
        command.getSubcommands().values().forEach(subcommand -> collect(subcommand, all));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "model",
                "nonsense",
                "model nonsense",
                "model inspect",
                "model inspect --nonsense x",
                "--json"
            })
    void wrongUsageEndsWithTwoAndOneLineThatNamesTheHelp(String line) {
        Run run = Run.of(line.isEmpty() ? new String[0] : line.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).hasLineCount(1).startsWith("scaleout-edge").endsWith("--help\n");
    }

    /** In a POSIX locale Java puts this character in place of each byte that is not ASCII, so that two names become one. */
    @ParameterizedTest
    @ValueSource(
            strings = {"client --name \uFFFD\uFFFD-3", "client --state-dir=/data/\uFFFD", "model inspect \uFFFD.scm"})
    void argumentWhoseCharactersWereLostIsRefusedWithTheCure(String line) {
        Run run = Run.of(line.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .hasLineCount(1)
                .contains(line.contains("--name") ? "the value of --name" : "argument")
                .contains("LC_ALL=C.UTF-8")
                .doesNotContain("\uFFFD");
    }

    @Test
    void argumentThatBeginsWithAnAtSignIsItself(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("arguments"), "--help");

        Run run = Run.of("model", "inspect", "@" + file);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("@" + file);
    }

    @Test
    void versionNamesReleaseAndJava() {
        Run run = Run.of("--version");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).matches("scaleout-edge .+, Java .+\n");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpGoesToStandardOutputAndExplainsEveryOption(CommandLine command) {
        List<String> arguments = new ArrayList<>();
        for (CommandLine step = command; step.getParent() != null; step = step.getParent()) {
            arguments.add(0, step.getCommandName());
        }
        arguments.add("--help");

        Run run = Run.of(arguments.toArray(new String[0]));

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("Usage: " + command.getCommandSpec().qualifiedName());
        assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
        for (OptionSpec option : command.getCommandSpec().options()) {
            assertThat(option.description()).as(option.longestName()).isNotEmpty();
            assertThat(run.out()).contains(option.longestName());
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void noOptionTakesASecretAsItsValue(CommandLine command) {
        assertThat(command.getCommandSpec().options())
                .flatExtracting(option -> List.of(option.names()))
                .doesNotContain("--token", "--password", "--secret", "--enrollment-token", "--api-key");
    }

    @Test
    void completionKnowsEveryCommand() {
        Run run = Run.of("completion");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("#!/usr/bin/env bash");
        for (CommandLine command : commands()) {
            assertThat(run.out()).contains(command.getCommandName());
        }
    }
}
