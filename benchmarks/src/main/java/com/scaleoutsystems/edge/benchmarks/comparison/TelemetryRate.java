package com.scaleoutsystems.edge.benchmarks.comparison;

import com.scaleoutsystems.edge.benchmarks.Comparison;
import com.scaleoutsystems.edge.benchmarks.Figure;
import com.scaleoutsystems.edge.benchmarks.Figure.Amount;
import com.scaleoutsystems.edge.benchmarks.Run;
import com.scaleoutsystems.edge.benchmarks.Settings;
import com.scaleoutsystems.edge.benchmarks.Side;
import com.scaleoutsystems.edge.benchmarks.Target;
import com.scaleoutsystems.edge.benchmarks.worker.BareTelemetry;
import com.scaleoutsystems.edge.benchmarks.worker.Telemetry;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Telemetry in one burst, from the first call until the last acknowledgement; the sandbox acknowledges 64 at a time. */
public final class TelemetryRate implements Comparison {
    private static final int ACK_BATCH = 64;
    private static final List<String> JVM = List.of("-Xmx256m");

    private final Settings settings;
    private final List<Figure> figures;

    public TelemetryRate(Settings settings) {
        this.settings = settings;
        this.figures = List.of(
                Figure.seconds(
                                "telemetry, %,d records until all are acknowledged".formatted(settings.records()),
                                Target.ratio(20))
                        .withAmount(new Amount(settings.records(), "records")),
                Figure.of(Telemetry.CALL, "µs", Target.percentile(50, 50, "µs")),
                Figure.seconds(Telemetry.STORED));
    }

    @Override
    public String key() {
        return "telemetry";
    }

    @Override
    public List<Figure> figures() {
        return figures;
    }

    @Override
    public Side java() {
        return Side.java(
                bench -> burst(WarmUp.JAVA, arguments -> bench.measure(figures, Telemetry.class, JVM, arguments)));
    }

    @Override
    public Side python() {
        return Side.python(
                bench -> burst(WarmUp.PYTHON, arguments -> bench.measure(figures, "telemetry.py", arguments)));
    }

    @Override
    public List<Side> beside() {
        return List.of(new Side(
                "bare gRPC stream",
                bench -> burst(WarmUp.JAVA, arguments -> bench.measure(figures, BareTelemetry.class, JVM, arguments))));
    }

    private interface Burst {
        Run run(Map<String, Object> arguments) throws IOException;
    }

    private Run burst(WarmUp warmUp, Burst burst) throws IOException {
        try (Sandbox sandbox = Sandbox.builder()
                .recordAckBatch(ACK_BATCH)
                .recordingLimits(Integer.MAX_VALUE, Long.MAX_VALUE)
                .start()) {
            Map<String, Object> arguments = new HashMap<>(warmUp.arguments(settings));
            arguments.putAll(Map.of(
                    "api", sandbox.restUri(),
                    "host", sandbox.grpcHost(),
                    "port", sandbox.grpcPort(),
                    "id", ClientProcess.ID,
                    "server", ProcessHandle.current().pid(),
                    "warmInput", settings.records() / 10,
                    "input", settings.records()));
            Run run = burst.run(arguments);
            long arrived = sandbox.recording().telemetry().stream()
                    .filter(record -> record.key().equals("benchmark"))
                    .map(Recorded.Telemetry::recordId)
                    .distinct()
                    .count();
            if (arrived < settings.records()) {
                throw new IOException("only " + arrived + " records arrived at the sandbox");
            }
            return run;
        }
    }
}
