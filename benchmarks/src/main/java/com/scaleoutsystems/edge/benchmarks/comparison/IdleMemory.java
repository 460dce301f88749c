package com.scaleoutsystems.edge.benchmarks.comparison;

import com.scaleoutsystems.edge.benchmarks.Bench;
import com.scaleoutsystems.edge.benchmarks.Comparison;
import com.scaleoutsystems.edge.benchmarks.Figure;
import com.scaleoutsystems.edge.benchmarks.Proc;
import com.scaleoutsystems.edge.benchmarks.Run;
import com.scaleoutsystems.edge.benchmarks.Settings;
import com.scaleoutsystems.edge.benchmarks.Side;
import com.scaleoutsystems.edge.benchmarks.Target;
import com.scaleoutsystems.edge.benchmarks.WorkerProcess;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The memory and the processor time of a client that has nothing to do but to poll and to send its heartbeats. */
public final class IdleMemory implements Comparison {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Settings settings;
    private final boolean byScript;
    private final Figure rss;
    private final Figure pss;

    private IdleMemory(Settings settings, boolean byScript, String who, Target... targets) {
        this.settings = settings;
        this.byScript = byScript;
        this.rss = Figure.of(who + ", resident memory", "MiB", targets);
        this.pss = Figure.of(who + ", proportional set size", "MiB");
    }

    /** In a JVM without options. */
    public static IdleMemory embedded(Settings settings) {
        return new IdleMemory(settings, false, "idle client");
    }

    /** The command line's client by its start script, with its archive. */
    public static IdleMemory byScript(Settings settings) {
        return new IdleMemory(settings, true, "idle client by the start script", Target.ratio(0.74));
    }

    @Override
    public String key() {
        return byScript ? "idle-script" : "idle-memory";
    }

    @Override
    public List<Figure> figures() {
        return List.of(rss, pss);
    }

    @Override
    public int repetitions(Settings all) {
        return Math.min(3, all.repetitions());
    }

    @Override
    public boolean rehearses() {
        return false;
    }

    @Override
    public Side java() {
        return byScript
                ? Side.java(bench -> idle(bench, ClientProcess.command(), WorkerProcess::terminate))
                : Side.java(bench -> idle(bench, ClientProcess.java(), WorkerProcess::stop));
    }

    @Override
    public Side python() {
        return Side.python(bench -> idle(bench, ClientProcess.python(), WorkerProcess::stop));
    }

    @Override
    public List<Side> beside() {
        if (byScript) {
            return List.of();
        }
        return List.of(new Side(
                "Java, small settings",
                bench -> idle(
                        bench,
                        ClientProcess.java("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss256k"),
                        WorkerProcess::stop)));
    }

    private Run idle(Bench bench, ClientProcess client, ClientProcess.End end) throws IOException {
        try (Sandbox sandbox = Sandbox.builder().authentication(true).start();
                WorkerProcess process = client.start(bench, sandbox)) {
            sandbox.awaitClients(1, TIMEOUT);
            double cpu = -Proc.cpuSeconds(process.pid());
            Thread.sleep(settings.idle().toMillis());
            cpu += Proc.cpuSeconds(process.pid());
            Map<Figure, List<Double>> memory = Map.of(
                    rss, List.of(Proc.rssMebibytes(process.pid())),
                    pss, List.of(Proc.pssMebibytes(process.pid())));
            double peak = Proc.peakRssMebibytes(process.pid());
            end.of(process);
            return new Run(memory, cpu, OptionalDouble.empty(), peak, List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a client idled", e);
        }
    }
}
