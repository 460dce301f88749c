package com.scaleoutsystems.edge.benchmarks;

import java.util.List;

/** A comparison of this SDK with the reference client. */
public interface Comparison {
    /** The name by which it is chosen on the command line. */
    String key();

    /** What each of its runs measures; the first is the one that is drawn. */
    List<Figure> figures();

    /** This SDK, as it is meant to be used. */
    Side java();

    /** The reference client. */
    Side python();

    /** What is run and printed beside the two: other ways to do the same, or the ceiling of the server. */
    default List<Side> beside() {
        return List.of();
    }

    /** How often each side is run. */
    default int repetitions(Settings settings) {
        return settings.repetitions();
    }

    /** Whether each side is run once before, without being counted. */
    default boolean rehearses() {
        return true;
    }
}
