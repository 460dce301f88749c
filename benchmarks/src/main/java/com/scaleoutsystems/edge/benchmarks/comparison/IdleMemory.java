package com.scaleoutsystems.edge.benchmarks.comparison;

import com.scaleoutsystems.edge.benchmarks.Bench;
import com.scaleoutsystems.edge.benchmarks.Comparison;
import com.scaleoutsystems.edge.benchmarks.Figure;
import com.scaleoutsystems.edge.benchmarks.Proc;
import com.scaleoutsystems.edge.benchmarks.Run;
import com.scaleoutsystems.edge.benchmarks.Settings;
import com.scaleoutsystems.edge.benchmarks.Side;
import com.scaleoutsystems.edge.benchmarks.WorkerProcess;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The memory and the processor time of a client that has nothing to do but to poll and to send its heartbeats. */
public final class IdleMemory implements Comparison {
    private static final Figure RSS = Figure.of("idle client, resident memory", "MiB");
    private static final Figure PSS = Figure.of("idle client, proportional set size", "MiB");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Settings settings;

    public IdleMemory(Settings settings) {
        this.settings = settings;
    }

    @Override
    public String key() {
        return "idle-memory";
    }

    @Override
    public List<Figure> figures() {
        return List.of(RSS, PSS);
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
        return Side.java(bench -> idle(bench, ClientProcess.java()));
    }

    @Override
    public Side python() {
        return Side.python(bench -> idle(bench, ClientProcess.python()));
    }

    @Override
    public List<Side> beside() {
        return List.of(new Side(
                "Java, small settings",
                bench -> idle(
                        bench,
                        ClientProcess.java("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss256k"))));
    }

    private Run idle(Bench bench, ClientProcess client) throws IOException {
        try (Sandbox sandbox = Sandbox.builder().authentication(true).start();
                WorkerProcess process = client.start(bench, sandbox)) {
            sandbox.awaitClients(1, TIMEOUT);
            double cpu = -Proc.cpuSeconds(process.pid());
            Thread.sleep(settings.idle().toMillis());
            cpu += Proc.cpuSeconds(process.pid());
            Map<Figure, List<Double>> memory = Map.of(
                    RSS, List.of(Proc.rssMebibytes(process.pid())),
                    PSS, List.of(Proc.pssMebibytes(process.pid())));
            double peak = Proc.peakRssMebibytes(process.pid());
            process.stop();
            return new Run(memory, cpu, OptionalDouble.empty(), peak, List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a client idled", e);
        }
    }
}
