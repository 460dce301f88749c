package com.scaleoutsystems.edge.benchmarks.comparison;

import com.scaleoutsystems.edge.benchmarks.Comparison;
import com.scaleoutsystems.edge.benchmarks.Figure;
import com.scaleoutsystems.edge.benchmarks.Run;
import com.scaleoutsystems.edge.benchmarks.Settings;
import com.scaleoutsystems.edge.benchmarks.Side;
import com.scaleoutsystems.edge.benchmarks.Target;
import com.scaleoutsystems.edge.benchmarks.worker.Telemetry;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The processor time of one record of telemetry, from the call until its acknowledgement, beside a server that only acknowledges. */
public final class TelemetryCost implements Comparison {
    private static final int ACK_BATCH = 64;
    private static final List<String> JVM = List.of("-Xmx256m");
    private static final double MICROSECONDS = 1e6;

    private final Settings settings;
    private final Figure burst;
    private final Figure cost;

    public TelemetryCost(Settings settings) {
        this.settings = settings;
        this.cost = Figure.of(
                "telemetry, client CPU of one record",
                "µs",
                Target.percentile(50, 35, "µs"),
                Target.percentile(50, 25, "µs"));
        this.burst = Figure.seconds(
                "telemetry, %,d records until a bare server has acknowledged all".formatted(settings.records()));
    }

    @Override
    public String key() {
        return "telemetry-per-record";
    }

    @Override
    public List<Figure> figures() {
        return List.of(burst, cost);
    }

    @Override
    public Side java() {
        return Side.java(
                bench -> run(WarmUp.JAVA, arguments -> bench.measure(List.of(burst), Telemetry.class, JVM, arguments)));
    }

    @Override
    public Side python() {
        return Side.python(
                bench -> run(WarmUp.PYTHON, arguments -> bench.measure(List.of(burst), "telemetry.py", arguments)));
    }

    private interface Burst {
        Run run(Map<String, Object> arguments) throws IOException;
    }

    private Run run(WarmUp warmUp, Burst work) throws IOException {
        try (RecordServer server = new RecordServer(ACK_BATCH)) {
            Map<String, Object> arguments = new HashMap<>(warmUp.arguments(settings));
            arguments.putAll(Map.of(
                    "api", server.api(),
                    "host", server.host(),
                    "port", server.port(),
                    "id", ClientProcess.ID,
                    "server", ProcessHandle.current().pid(),
                    "warmInput", settings.records() / 10,
                    "input", settings.records()));
            Run run = work.run(arguments);
            if (server.acknowledged() < settings.records()) {
                throw new IOException("only " + server.acknowledged() + " records arrived");
            }
            return withCost(run);
        }
    }

    /** Processor time comes in steps of 10 ms: too coarse for a record, but not for all of them together. */
    private Run withCost(Run run) {
        Map<Figure, List<Double>> samples = new LinkedHashMap<>(run.samples());
        if (run.clientCpuSeconds() > 0) {
            samples.put(cost, List.of(run.clientCpuSeconds() * MICROSECONDS / settings.records()));
        }
        return new Run(samples, run.clientCpuSeconds(), run.serverCpuSeconds(), run.peakRssMebibytes(), run.notes());
    }
}
