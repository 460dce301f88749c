package com.scaleoutsystems.edge.client.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.ClientSeam;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.wire.Dialects;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints how long real clients take that have very much to do. No build runs it, because times depend on the machine; {@code FloodTest}
 * counts the work instead.
 *
 * <pre>mvn -q -Dquick -DskipTests=false test -pl scaleout-client -am -Dtest=FloodRun -Dsurefire.failIfNoSpecifiedTests=false \
 *   | grep -E 'CPU s|waiting|longest|closed after'</pre>
 */
@Timeout(300)
class FloodRun {

    private static final int RECORDS = 90_000;
    private static final int TASKS = 30_000;
    private static final int STRAND_THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());

    private final OperatingSystemMXBean machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final AtomicLong ids = new AtomicLong();

    /** The processor's time when the last flood began. */
    private final AtomicLong cpuAtFlood = new AtomicLong();

    @TempDir
    Path folder;

    /**
     * A combiner inside the process.
     *
     * @param floods how many polls bring a flood of tasks
     */
    private CombinerTransport combiner(int floods) {
        AtomicInteger left = new AtomicInteger(floods);
        return (CombinerTransport) Proxy.newProxyInstance(
                CombinerTransport.class.getClassLoader(),
                new Class<?>[] {CombinerTransport.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "announce" -> CompletableFuture.completedFuture(new CombinerTransport.Hello(true, "", ""));
                    case "dialect" -> Dialects.of(Generation.V1_1);
                    case "knowsDialect" -> true;
                    case "streams" -> false;
                    case "poll" -> {
                        CombinerTransport.Poll poll = (CombinerTransport.Poll) arguments[0];
                        List<TaskRequest> tasks = left.getAndDecrement() > 0 ? flood() : List.of();
                        if (!tasks.isEmpty()) {
                            cpuAtFlood.set(machine.getProcessCpuTime());
                        }
                        yield CompletableFuture.completedFuture(new CombinerTransport.Polled(tasks, poll.reports()));
                    }
                    default -> method.getReturnType() == void.class ? null : CompletableFuture.completedFuture(null);
                });
    }

    private List<TaskRequest> flood() {
        return IntStream.range(0, TASKS)
                .mapToObj(i -> TaskRequest.of("task-" + ids.incrementAndGet(), "Custom_unknown")
                        .withData("{}"))
                .toList();
    }

    private EdgeClient client(String name, CombinerTransport combiner) {
        return client(name, combiner, UnaryOperator.identity());
    }

    private EdgeClient client(String name, CombinerTransport combiner, UnaryOperator<StateStore> store) {
        return ClientSeam.build(
                EdgeClient.builder()
                        .combiner(GrpcConnectionOptions.of("localhost", 1))
                        .pollInterval(Duration.ofMillis(50)),
                name,
                folder.resolve(name),
                real -> new Adapters(
                        real.env(),
                        store.apply(real.store()),
                        real.blobs(),
                        real.models(),
                        real.directory(),
                        real.apis(),
                        (options, identity, bearer) -> combiner));
    }

    private void measured(String what, Duration budget, Runnable work) {
        long cpu = machine.getProcessCpuTime();
        long start = System.nanoTime();
        work.run();
        Duration wall = Duration.ofNanos(System.nanoTime() - start);
        System.out.printf(
                "%s: %.2f s, %.2f CPU s%n", what, wall.toNanos() / 1e9, (machine.getProcessCpuTime() - cpu) / 1e9);
        assertThat(wall).isLessThan(budget.multipliedBy(4));
    }

    /** Closes the client, and says when it was closed, with its caller or without. */
    private void close(String what, EdgeClient client) {
        Duration budget = Duration.ofSeconds(3);
        long start = System.nanoTime();
        measured("close(3 s) with " + what, budget, () -> client.close(budget));
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> client.state() == ClientState.CLOSED);
        System.out.printf("  the client is closed after %.2f s%n", (System.nanoTime() - start) / 1e9);
    }

    private static void log(EdgeClient client) {
        List<Delivery> receipts = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            receipts.add(client.logTelemetry("t", Map.of("value", i)));
        }
        receipts.get(RECORDS - 1).stored().toCompletableFuture().join();
    }

    /** A store that notes which tasks are in the ledger, and the processor's time when all of them are. */
    private StateStore noting(StateStore store, CompletableFuture<Long> allIn) {
        Set<String> tasks = ConcurrentHashMap.newKeySet();
        return (StateStore) Proxy.newProxyInstance(
                StateStore.class.getClassLoader(), new Class<?>[] {StateStore.class}, (proxy, method, given) -> {
                    Object answer = method.invoke(store, given);
                    if (method.getName().equals("commit")) {
                        StateStore.Batch batch = (StateStore.Batch) given[1];
                        ((CompletionStage<?>) answer).thenRun(() -> {
                            batch.puts().stream()
                                    .filter(row -> row.table() == StateStore.Table.LEDGER)
                                    .forEach(row -> tasks.add(row.key()));
                            if (tasks.size() >= TASKS) {
                                allIn.complete(machine.getProcessCpuTime());
                            }
                        });
                    }
                    return answer;
                });
    }

    @Test
    void takingManyTasks() {
        for (int round = 0; round < 3; round++) {
            CompletableFuture<Long> allIn = new CompletableFuture<>();
            EdgeClient client = client("taking-" + round, combiner(1), store -> noting(store, allIn));
            client.start();
            long cpu = allIn.join() - cpuAtFlood.get();
            System.out.printf("30,000 tasks in one answer are in the ledger: %.2f CPU s%n", cpu / 1e9);
            client.close(Duration.ofSeconds(3));
        }
    }

    @Test
    void closingWithManyRecords() {
        for (int round = 0; round < 3; round++) {
            EdgeClient client = client("records-" + round, combiner(0));
            log(client);
            close("90,000 records waiting", client);
        }
    }

    @Test
    void closingWithManyTasks() {
        for (int round = 0; round < 3; round++) {
            EdgeClient client = client("tasks-" + round, combiner(1));
            client.start();
            close("30,000 tasks in one answer", client);
        }
    }

    @Test
    void oneMoreClientBesideFloodedOnes() {
        List<EdgeClient> flooded = new ArrayList<>();
        try (EdgeClient other = client("other", combiner(0))) {
            other.start();
            for (int i = 0; i < STRAND_THREADS; i++) {
                EdgeClient client = client("flooded-" + i, combiner(5));
                flooded.add(client);
                client.start();
            }
            long longest = 0;
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (System.nanoTime() - end < 0) {
                long start = System.nanoTime();
                other.priorityClasses();
                longest = Math.max(longest, System.nanoTime() - start);
            }
            System.out.printf(
                    "beside %d flooded clients, the longest wait of one more client for its strand: %.3f s%n",
                    STRAND_THREADS, longest / 1e9);
        } finally {
            flooded.forEach(client -> client.close(Duration.ofSeconds(1)));
        }
    }
}
