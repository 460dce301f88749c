package com.scaleoutsystems.edge.examples.digits;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/** Shows how far the rounds are: one line that is redrawn on a terminal, otherwise a line for each round. */
final class Progress {

    private static final int BAR_WIDTH = 30;

    private final PrintStream out;
    private final boolean redraws;
    private final int rounds;
    private int lastWidth;

    Progress(PrintStream out, boolean redraws, int rounds) {
        this.out = out;
        this.redraws = redraws;
        this.rounds = rounds;
    }

    /**
     * Whether a line can be redrawn: not in CI, not on a dumb terminal, not in a file or pipe.
     *
     * @param environment the process's environment variables
     * @param terminal whether a person looks at the output
     */
    static boolean canRedraw(Map<String, String> environment, boolean terminal) {
        String kind = environment.getOrDefault("TERM", "dumb");
        return terminal && !kind.isEmpty() && !kind.equals("dumb") && !"true".equalsIgnoreCase(environment.get("CI"));
    }

    /** Whether this program's output goes to a terminal. */
    @SuppressWarnings("SystemConsoleNull") // It may be null on Java 17; newer ones are asked below.
    static boolean onTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // Since Java 22 there may be a console without a terminal, and a method that tells.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** Says that the rounds are about to start. */
    void started(int clients) {
        String text = "%d clients joined, training for %d rounds".formatted(clients, rounds);
        if (redraws) {
            redraw(bar(0) + "  " + text);
        } else {
            out.println(text);
        }
    }

    /** Says that a round is over. */
    void roundFinished(RoundFigures round) {
        String figures = String.format(Locale.ROOT, "accuracy %.4f  loss %.4f", round.accuracy(), round.loss());
        if (redraws) {
            redraw("%s %d/%d  %s".formatted(bar(round.round()), round.round(), rounds, figures));
        } else {
            out.println(String.format(
                    Locale.ROOT, "round %d/%d  %s  %.2f s", round.round(), rounds, figures, round.seconds()));
        }
    }

    /** Leaves the line, so that what is printed next starts on one of its own. */
    void finished() {
        if (redraws && lastWidth > 0) {
            out.println();
            lastWidth = 0;
        }
    }

    private String bar(int done) {
        int filled = BAR_WIDTH * done / rounds;
        return "[" + "#".repeat(filled) + "-".repeat(BAR_WIDTH - filled) + "]";
    }

    private void redraw(String line) {
        // Blanks wipe what a longer line before has left; no escape codes are needed.
        out.print("\r" + line + " ".repeat(Math.max(0, lastWidth - line.length())));
        out.flush();
        lastWidth = line.length();
    }
}
