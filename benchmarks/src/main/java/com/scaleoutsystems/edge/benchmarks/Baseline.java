package com.scaleoutsystems.edge.benchmarks;

import java.util.List;

/**
 * A comparison in which the build of an older commit takes the place of the reference client. Both builds run their own programs against
 * the same server.
 *
 * <p>Each side is asked for once only: comparisons that draw random numbers draw the same ones for each side.
 */
final class Baseline implements Comparison {
    private final Comparison measured;
    private final Side now;
    private final Side then;

    Baseline(Comparison measured, Build baseline) {
        Side.Procedure procedure = measured.java().procedure();
        this.measured = measured;
        this.now = new Side(Build.current().name(), measured.java().procedure());
        this.then = new Side(baseline.name(), bench -> procedure.run(bench.with(baseline)));
    }

    @Override
    public String key() {
        return measured.key();
    }

    @Override
    public List<Figure> figures() {
        return measured.figures();
    }

    @Override
    public Side java() {
        return now;
    }

    Side then() {
        return then;
    }

    @Override
    public Side python() {
        throw new UnsupportedOperationException("The reference client takes no part");
    }

    @Override
    public List<Side> beside() {
        return List.of(then);
    }

    @Override
    public boolean rehearses() {
        return measured.rehearses();
    }
}
