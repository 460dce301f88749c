package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.sandbox.fault.FaultEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Prints a line for each fault that strikes, but few in a second. The next line says how many were left out; it comes after a second, also
 * without a fault, or at the end.
 */
final class FaultLines implements Consumer<FaultEvent>, AutoCloseable {

    private static final int MOST_IN_A_SECOND = 20;

    private final Console console;
    private long second = System.nanoTime();
    private int printed;
    private long leftOut;

    FaultLines(Console console) {
        this.console = console;
    }

    @Override
    public synchronized void accept(FaultEvent event) {
        if (!event.struck()) {
            return;
        }
        long now = System.nanoTime();
        if (now - second > TimeUnit.SECONDS.toNanos(1)) {
            second = now;
            printed = 0;
        }
        if (printed == MOST_IN_A_SECOND) {
            if (leftOut++ == 0) {
                CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(this::tellLeftOut);
            }
            return;
        }
        printed++;
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("fault", event.what());
        line.put("call", event.call());
        line.put("client", event.clientId());
        if (leftOut > 0) {
            line.put("left_out", leftOut);
            leftOut = 0;
        }
        console.line(JsonLine.of(line));
    }

    @Override
    public void close() {
        tellLeftOut();
    }

    private synchronized void tellLeftOut() {
        if (leftOut > 0) {
            console.line(JsonLine.of(Map.of("left_out", leftOut)));
            leftOut = 0;
        }
    }
}
