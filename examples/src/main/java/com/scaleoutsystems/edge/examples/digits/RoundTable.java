package com.scaleoutsystems.edge.examples.digits;

import java.util.List;
import java.util.Locale;

/** The rounds as text: for people and for programs. */
final class RoundTable {

    private RoundTable() {}

    /** Columns under each other, for a terminal. */
    static String text(List<RoundFigures> rounds) {
        StringBuilder table = new StringBuilder("Round  Accuracy    Loss  Seconds        Bytes%n".formatted());
        for (RoundFigures round : rounds) {
            table.append(String.format(
                    Locale.ROOT,
                    "%5d  %8.4f  %6.4f  %7.2f  %,11d%n",
                    round.round(),
                    round.accuracy(),
                    round.loss(),
                    round.seconds(),
                    round.bytes()));
        }
        return table.toString();
    }

    /** Comma-separated values with a heading; accuracy and loss in full, so that two runs can be compared. */
    static String csv(List<RoundFigures> rounds) {
        StringBuilder csv = new StringBuilder("round,accuracy,loss,seconds,bytes\n");
        for (RoundFigures round : rounds) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%d,%s,%s,%.3f,%d\n",
                    round.round(),
                    round.accuracy(),
                    round.loss(),
                    round.seconds(),
                    round.bytes()));
        }
        return csv.toString();
    }
}
