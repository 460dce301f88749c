package com.scaleoutsystems.edge.benchmarks.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.benchmarks.Measurement;
import com.scaleoutsystems.edge.benchmarks.Proc;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * Leaves records in a state directory with {@code phase=fill}. With {@code phase=start}, in a process of its own, it starts a client with
 * them: the elapsed time and the processor time are those of {@code build()}.
 */
public final class Backlog {
    /** The processor time of the thread that calls {@code build()}. */
    public static final String CALLER = "build(), processor time of its caller";

    /** The processor time of all threads while {@code build()} runs. */
    public static final String PROCESS = "build(), processor time of the process";

    /** From the call of {@code start()} until the server has acknowledged the first record. */
    public static final String FIRST = "start() to the first acknowledgement";

    /** From the call of {@code start()} until the server has acknowledged the last record. */
    public static final String LAST = "start() to the last acknowledgement";

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private Backlog() {}

    public static void main(String[] commandLine) throws Exception {
        Arguments arguments = Arguments.parse(commandLine);
        if (arguments.text("phase").equals("fill")) {
            fill(arguments);
        } else {
            start(arguments);
        }
    }

    private static EdgeClientBuilder builder(Arguments arguments) {
        return EdgeClient.builder()
                .api(URI.create(arguments.text("api")))
                .clientId(arguments.text("id"))
                .stateDirectory(Path.of(arguments.text("directory")));
    }

    private static void fill(Arguments arguments) throws Exception {
        EdgeClient client = builder(arguments).build();
        CompletableFuture<?>[] stored = new CompletableFuture<?>[arguments.number("records")];
        for (int i = 0; i < stored.length; i++) {
            Delivery delivery = client.logTelemetry("benchmark", Map.of("value", i));
            stored[i] = delivery.stored()
                    .thenAccept(how -> {
                        if (how != Delivery.Stored.DURABLE) {
                            throw new IllegalStateException("A record is " + how);
                        }
                    })
                    .toCompletableFuture();
        }
        CompletableFuture.allOf(stored).get();
        client.close(PATIENCE);
        print(new Measurement(0, 0, null, Proc.peakRssMebibytes(pid()), Map.of(), List.of()));
    }

    private static void start(Arguments arguments) throws Exception {
        Deliveries deliveries = new Deliveries(arguments.number("records"));
        EdgeClientBuilder builder = builder(arguments).listener(deliveries);
        double cpu = -Proc.cpuSeconds(pid());
        long caller = -ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long before = System.nanoTime();
        EdgeClient client = builder.build();
        double seconds = secondsSince(before);
        caller += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        cpu += Proc.cpuSeconds(pid());
        Map<String, Double> more = new LinkedHashMap<>();
        more.put(CALLER, caller / 1e9);
        more.put(PROCESS, cpu);
        long start = System.nanoTime();
        client.start();
        deliveries.first.await();
        more.put(FIRST, secondsSince(start));
        deliveries.all.await();
        more.put(LAST, secondsSince(start));
        client.close(PATIENCE);
        print(new Measurement(seconds, cpu, null, Proc.peakRssMebibytes(pid()), more, List.of()));
    }

    private static final class Deliveries implements EdgeClientListener {
        private final CountDownLatch first = new CountDownLatch(1);
        private final CountDownLatch all;

        Deliveries(int records) {
            this.all = new CountDownLatch(records);
        }

        @Override
        public void recordSettled(RecordInfo record, Outcome outcome) {
            if (!outcome.isDelivered()) {
                throw new IllegalStateException("A record was not delivered: " + outcome);
            }
            first.countDown();
            all.countDown();
        }
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private static long pid() {
        return ProcessHandle.current().pid();
    }

    private static void print(Measurement measurement) throws Exception {
        System.out.println(new ObjectMapper().writeValueAsString(measurement));
    }
}
