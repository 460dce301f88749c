package com.scaleoutsystems.edge.benchmarks.comparison;

import com.scaleoutsystems.edge.benchmarks.Bench;
import com.scaleoutsystems.edge.benchmarks.Comparison;
import com.scaleoutsystems.edge.benchmarks.Figure;
import com.scaleoutsystems.edge.benchmarks.Proc;
import com.scaleoutsystems.edge.benchmarks.Run;
import com.scaleoutsystems.edge.benchmarks.Side;
import com.scaleoutsystems.edge.benchmarks.Target;
import com.scaleoutsystems.edge.benchmarks.WorkerProcess;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * From the start of a process until its first poll arrives at the combiner; token, assignment and greeting lie between.
 *
 * <p>Java is {@code scaleout-edge client} by its start script, with the archive that it has from its second start on.
 */
public final class ColdStart implements Comparison {
    private static final Figure FIGURE = Figure.seconds(
            "cold start: process to first poll", Target.ratio(Runtime.version().feature() < 25 ? 0.8 : 0.85));
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Override
    public String key() {
        return "cold-start";
    }

    @Override
    public List<Figure> figures() {
        return List.of(FIGURE);
    }

    @Override
    public Side java() {
        return Side.java(bench -> start(bench, ClientProcess.command(), WorkerProcess::terminate));
    }

    @Override
    public Side python() {
        return Side.python(bench -> start(bench, ClientProcess.python(), WorkerProcess::stop));
    }

    @Override
    public List<Side> beside() {
        return List.of(
                new Side("Java, without an archive", bench -> start(bench, ClientProcess.java(), WorkerProcess::stop)));
    }

    private static Run start(Bench bench, ClientProcess client, ClientProcess.End end) throws IOException {
        try (Sandbox sandbox = Sandbox.builder().authentication(true).start();
                WorkerProcess process = client.start(bench, sandbox)) {
            Instant polled = sandbox.recording()
                    .awaitCalls("PollAndReportAsync", 1, TIMEOUT)
                    .get(0)
                    .time();
            double cpu = Proc.cpuSeconds(process.pid());
            double rss = Proc.peakRssMebibytes(process.pid());
            end.of(process);
            double seconds = Duration.between(process.started(), polled).toNanos() / 1e9;
            return new Run(Map.of(FIGURE, List.of(seconds)), cpu, OptionalDouble.empty(), rss, List.of());
        }
    }
}
