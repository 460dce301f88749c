package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.NodeLoad;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.NetworkGate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Logs memory and CPU use as the reference client does: every 5 s, every 30 s while the link is bad, from when the combiner has
 * answered a first time, for until then it is not known how it wants them. While the host restricts the network it logs none: the host's
 * own records need the room. Lives on the client's strand.
 */
public final class NodeTelemetry {

    private static final Logger LOG = Loggers.of(Loggers.REPORT);

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration STRETCHED = Duration.ofSeconds(30);

    private final CombinerTransport transport;
    private final HostLog log;
    private final Env env;
    private final Strand strand;
    private final Supplier<LinkQuality> link;
    private final NetworkGate gate;
    private @Nullable Cancellable next;
    private boolean running;

    /** Telemetry that has not begun. */
    public NodeTelemetry(
            CombinerTransport transport,
            HostLog log,
            Env env,
            Strand strand,
            Supplier<LinkQuality> link,
            NetworkGate gate) {
        this.transport = transport;
        this.log = log;
        this.env = env;
        this.strand = strand;
        this.link = link;
        this.gate = gate;
    }

    /** Takes the first look, from which the next one counts. */
    public void start() {
        running = true;
        look(false);
    }

    /** Stops measuring. */
    public void stop() {
        running = false;
        if (next != null) {
            next.cancel();
            next = null;
        }
    }

    private void look(boolean tell) {
        strand.when(Stages.begun(() -> CompletableFuture.supplyAsync(env::load, env.io())), (load, error) -> {
            if (!running) {
                return;
            }
            Duration wait = link.get() == LinkQuality.HEALTHY ? INTERVAL : STRETCHED;
            next = strand.after(wait, () -> look(true));
            if (load == null) {
                LOG.debug("the client cannot measure the node's load", error);
            } else if (tell && gate.isOpen() && transport.knowsDialect()) {
                tell(load);
            }
        });
    }

    /** One record for each value, or one for both where the combiner takes them together. */
    private void tell(NodeLoad load) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("memory_usage", load.memoryPercent());
        values.put("cpu_usage", load.cpuPercent());
        if (transport.dialect().takesMeasurementsTogether()) {
            var unused = log.telemetryTogether(values);
        } else {
            values.forEach((key, value) -> {
                var unused = log.logTelemetry(key, Map.of("value", value));
            });
        }
    }
}
