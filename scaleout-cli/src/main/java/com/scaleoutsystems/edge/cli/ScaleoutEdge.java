package com.scaleoutsystems.edge.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code scaleout-edge}.
 *
 * <p>Exits with 0 on success, with 1 and one line on standard error after a failure, and with 2 after wrong usage.
 */
@Command(
        name = CommandName.SCALEOUT_EDGE,
        description = "Takes part in federated learning on a Scaleout Edge network.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        versionProvider = Version.class,
        footerHeading = "%nFirst steps on this machine:%n",
        footer = {
            "  scaleout-edge sandbox --rest-port 8092 --clients 1 --rounds 3 --exit-when-done &",
            "  scaleout-edge client --api http://127.0.0.1:8092 --name first --stateless",
            "",
            "'scaleout-edge COMMAND --help' explains a command. Data goes to standard output, logs to standard",
            "error. Exit codes: 0 success, 1 failure, 2 wrong usage."
        })
public final class ScaleoutEdge {

    private static final int WIDTH = 100;

    /** What Java puts in place of bytes that it cannot decode; two names that lost their characters could be the same. */
    private static final char LOST = '\uFFFD';

    /** The encoding of arguments and paths. */
    private static final String NATIVE = "sun.jnu.encoding";

    private ScaleoutEdge() {}

    /**
     * Runs the command and ends the JVM.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        LogConfiguration.install();
        // The transport's flight recorder events take a tenth of a second at the start, and the command never records
        // them.
        System.setProperty("io.grpc.netty.shaded.io.netty.jfr.enabled", "false");
        int exitCode = run(Console.system(), arguments);
        if (ArchiveWarmUp.isWanted()) {
            ArchiveWarmUp.run(ScaleoutEdge::run);
        }
        System.exit(exitCode);
    }

    /** Runs the command and gives its exit code. */
    static int run(Console console, String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].indexOf(LOST) >= 0) {
                boolean isValue = i > 0 && arguments[i - 1].startsWith("-") && !arguments[i].startsWith("-");
                console.note(CommandName.SCALEOUT_EDGE + ": characters of "
                        + (isValue ? "the value of " + arguments[i - 1] : "argument " + (i + 1))
                        + " were lost, because the locale of this process knows only " + System.getProperty(NATIVE)
                        + "; set LC_ALL=C.UTF-8 and try again");
                return CommandLine.ExitCode.USAGE;
            }
        }
        return commandLine(console, name -> arguments.length > 0 && name.equals(arguments[0]))
                .execute(arguments);
    }

    /** The command with all of its commands. */
    static CommandLine commandLine(Console console) {
        return commandLine(console, name -> true);
    }

    /** The command with the commands that are wanted, or with all if none is: reading what each of them takes costs time. */
    private static CommandLine commandLine(Console console, Predicate<String> wanted) {
        Map<String, Supplier<Object>> known = new LinkedHashMap<>();
        known.put("client", () -> new ClientCommand(console));
        known.put("enroll", () -> new EnrollCommand(console));
        known.put("doctor", () -> new DoctorCommand(console));
        known.put("sandbox", () -> new SandboxCommand(console));
        known.put("model", () -> ModelCommand.withSubcommands(console));
        known.put("completion", () -> new CompletionCommand(console, () -> commandLine(console)));
        boolean all = known.keySet().stream().noneMatch(wanted);
        CommandLine command = new CommandLine(new ScaleoutEdge());
        known.forEach((name, made) -> {
            if (all || wanted.test(name)) {
                command.addSubcommand(name, made.get());
            }
        });
        return command.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setUsageHelpWidth(WIDTH)
                .setCaseInsensitiveEnumValuesAllowed(true)
                // A name may begin with an @ and need not mean a file of arguments.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((wrong, parsed) -> wrongUsage(console, wrong))
                .setExecutionExceptionHandler((failure, failed, parsed) -> {
                    console.note(failed.getCommandSpec().qualifiedName() + ": " + Failures.oneLine(failure));
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    private static int wrongUsage(Console console, ParameterException wrong) {
        String name = wrong.getCommandLine().getCommandSpec().qualifiedName();
        String what = wrong instanceof UnmatchedArgumentException unmatched
                ? unknown(unmatched.getUnmatched())
                : Failures.oneLine(wrong);
        console.note(name + ": " + what + "; see " + name + " --help");
        return CommandLine.ExitCode.USAGE;
    }

    /** Names unknown arguments, but not the values of unknown options, which may be secrets. */
    private static String unknown(List<String> unmatched) {
        List<String> options = unmatched.stream()
                .filter(argument -> argument.startsWith("-"))
                .map(option -> option.replaceFirst("=.*", ""))
                .toList();
        if (options.contains("--token")) {
            return "a token is never an argument, which every user of this machine could read; use --token-file or"
                    + " --token-env";
        }
        return options.isEmpty()
                ? "unknown argument '" + unmatched.get(0) + "'"
                : "unknown option " + String.join(", ", options);
    }
}
