package com.scaleoutsystems.edge.benchmarks.comparison;

import com.scaleoutsystems.edge.benchmarks.Bench;
import com.scaleoutsystems.edge.benchmarks.Comparison;
import com.scaleoutsystems.edge.benchmarks.Figure;
import com.scaleoutsystems.edge.benchmarks.Proc;
import com.scaleoutsystems.edge.benchmarks.Run;
import com.scaleoutsystems.edge.benchmarks.Side;
import com.scaleoutsystems.edge.benchmarks.Target;
import com.scaleoutsystems.edge.benchmarks.WorkerProcess;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.TaskOutcome;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The processor time of a process that is there for one training task: it starts, joins, downloads the model, gives it back unchanged,
 * uploads it and ends. Java is {@code scaleout-edge client} by its start script, with its archive.
 */
public final class OneTask implements Comparison {
    private static final int LARGE = 64;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final int mebibytes;
    private final Figure figure;

    /** With a model of this size. */
    public OneTask(int mebibytes) {
        this.mebibytes = mebibytes;
        this.figure = Figure.seconds(
                "processor time of a process for one task, " + mebibytes + " MiB",
                Target.ratio(mebibytes < LARGE ? 0.71 : 2.8));
    }

    @Override
    public String key() {
        return "one-task-" + mebibytes;
    }

    @Override
    public List<Figure> figures() {
        return List.of(figure);
    }

    @Override
    public Side java() {
        return Side.java(bench -> task(bench, ClientProcess.command("--builtin", "noop"), WorkerProcess::terminate));
    }

    @Override
    public Side python() {
        return Side.python(bench -> task(bench, ClientProcess.python(), WorkerProcess::stop));
    }

    private Run task(Bench bench, ClientProcess client, ClientProcess.End end) throws IOException {
        try (ScaleoutModel seed = ScaleoutModel.fromFile(bench.models().javaContainer(mebibytes));
                Sandbox sandbox =
                        Sandbox.builder().authentication(true).seedModel(seed).start()) {
            String id = sandbox.submit(TaskSpec.of("Scaleout_ModelUpdate", ClientProcess.ID)
                    .withModel(seed.modelId())
                    .withSession("benchmark", "1"));
            try (WorkerProcess process = client.start(bench, sandbox)) {
                // Of all processes that this one starts, it is the only one that ends from now on.
                double cpu = -Proc.endedChildrenCpuSeconds();
                TaskOutcome outcome = sandbox.awaitOutcome(id, TIMEOUT);
                if (!outcome.completed()) {
                    throw new IOException("The task ended as " + outcome);
                }
                double rss = Proc.peakRssMebibytes(process.pid());
                end.of(process);
                cpu += Proc.endedChildrenCpuSeconds();
                return new Run(Map.of(figure, List.of(cpu)), cpu, OptionalDouble.empty(), rss, List.of());
            }
        }
    }
}
