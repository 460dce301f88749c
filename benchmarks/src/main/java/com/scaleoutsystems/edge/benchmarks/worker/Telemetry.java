package com.scaleoutsystems.edge.benchmarks.worker;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Logs telemetry in one burst and waits until the server has acknowledged all of it. */
public final class Telemetry {
    /** The 99th percentile of the time that one call takes its caller. */
    public static final String CALL = "telemetry, time of one call, p99";

    /** From the first call until the last record was written down. */
    public static final String STORED = "telemetry, until all is stored";

    private Telemetry() {}

    public static void main(String[] commandLine) throws Exception {
        Arguments arguments = Arguments.parse(commandLine);
        try (EdgeClient client = EdgeClient.builder()
                .api(URI.create(arguments.text("api")))
                .clientId(arguments.text("id"))
                .build()) {
            client.start();
            Measured.run(arguments, (input, watch, told) -> burst(client, Integer.parseInt(input), watch, told));
        }
    }

    private static void burst(EdgeClient client, int records, Stopwatch watch, Measured told) throws Exception {
        Delivery[] deliveries = new Delivery[records];
        long[] nanos = new long[records];
        watch.start();
        long start = System.nanoTime();
        for (int i = 0; i < records; i++) {
            long before = System.nanoTime();
            deliveries[i] = client.logTelemetry("benchmark", Map.of("value", i));
            nanos[i] = System.nanoTime() - before;
        }
        all(deliveries, Delivery::stored).join();
        told.tell(STORED, (System.nanoTime() - start) / 1e9);
        all(deliveries, Delivery::outcome).join();
        watch.stop();
        for (Delivery delivery : deliveries) {
            Outcome outcome = delivery.outcome().toCompletableFuture().join();
            if (!outcome.isDelivered()) {
                throw new IllegalStateException("A record was not delivered: " + outcome);
            }
        }
        Arrays.sort(nanos);
        told.tell(CALL, nanos[(int) (records * 0.99)] / 1e3);
        told.note("the records were "
                + deliveries[0].stored().toCompletableFuture().join());
    }

    private interface Stage {
        CompletionStage<?> of(Delivery delivery);
    }

    private static CompletableFuture<Void> all(Delivery[] deliveries, Stage stage) {
        return CompletableFuture.allOf(Arrays.stream(deliveries)
                .map(delivery -> stage.of(delivery).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }
}
