package com.scaleoutsystems.edge.benchmarks.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.benchmarks.Measurement;
import com.scaleoutsystems.edge.benchmarks.Proc;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.EdgeClientGroup;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * Many clients in one JVM, with a state directory. With {@code phase=idle} they wait for tasks, for {@code seconds}. With
 * {@code phase=rounds} they serve {@code tasks} training and validation tasks, which the server begins when all have joined.
 */
public final class Fleet {
    /** What the clients keep on the heap, divided by their number. */
    public static final String HEAP = "live heap of a client";

    /** The files and sockets that they hold open, divided by their number. */
    public static final String HANDLES = "file handles of a client";

    /** Of the whole process, after all have joined. */
    public static final String RSS = "RSS of the process";

    /** Of the whole process. */
    public static final String CPU = "CPU a minute";

    /** From the call of {@code start()} until all have joined. */
    public static final String JOINING = "CPU to join, of a client";

    /** While the tasks were served. */
    public static final String TASKS = "CPU of a client and round";

    private static final Duration POLL = Duration.ofSeconds(1);

    private Fleet() {}

    public static void main(String[] commandLine) throws Exception {
        Arguments arguments = Arguments.parse(commandLine);
        int clients = arguments.number("clients");
        boolean idle = arguments.text("phase").equals("idle");
        EdgeClientBuilder builder = EdgeClient.builder()
                .api(URI.create(arguments.text("api")))
                .name("fleet")
                .stateDirectory(Path.of(arguments.text("directory")))
                .onTrain((model, task) -> TrainResult.of(plusOne(model), 10))
                .onValidate((model, task) -> Map.of("loss", 1));
        CountDownLatch tasks = new CountDownLatch(idle ? 0 : arguments.number("tasks"));
        if (!idle) {
            builder.pollInterval(POLL).listener(new EdgeClientListener() {
                @Override
                public void taskFinished(TaskRequest task, TaskSummary summary) {
                    tasks.countDown();
                }
            });
        }
        long heap = liveHeap();
        long handles = handles();
        double joining = -Stopwatch.ownCpuSeconds();
        EdgeClientGroup group = EdgeClientGroup.of(builder, clients);
        var failures = group.start();
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.size() + " clients could not join: " + failures);
        }
        joining += Stopwatch.ownCpuSeconds();
        Map<String, Double> more = new LinkedHashMap<>();
        more.put(JOINING, joining / clients);
        double cpu = -Stopwatch.ownCpuSeconds();
        long before = System.nanoTime();
        if (idle) {
            Thread.sleep(Duration.ofSeconds(arguments.number("settle")).toMillis());
            cpu = -Stopwatch.ownCpuSeconds();
            before = System.nanoTime();
            Thread.sleep(Duration.ofSeconds(arguments.number("seconds")).toMillis());
        } else {
            tasks.await();
        }
        cpu += Stopwatch.ownCpuSeconds();
        double seconds = (System.nanoTime() - before) / 1e9;
        more.put(CPU, cpu * 60 / seconds);
        if (!idle) {
            more.put(TASKS, cpu / clients / arguments.number("rounds"));
        }
        more.put(RSS, Proc.rssMebibytes(pid()));
        more.put(HANDLES, (handles() - handles) / (double) clients);
        more.put(HEAP, (liveHeap() - heap) / 1024.0 / clients);
        System.out.println(new ObjectMapper()
                .writeValueAsString(
                        new Measurement(seconds, cpu, null, Proc.peakRssMebibytes(pid()), more, List.of())));
        group.close();
        System.exit(0);
    }

    private static ScaleoutModel plusOne(ScaleoutModel model) {
        float[] values = model.modelParameters().get(0).toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i]++;
        }
        return ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(values, values.length)));
    }

    @SuppressWarnings("CallToSystemGC") // The live heap is what is measured.
    private static long liveHeap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long handles() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static long pid() {
        return ProcessHandle.current().pid();
    }
}
