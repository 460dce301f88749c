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
import com.scaleoutsystems.edge.benchmarks.worker.Client;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.TaskOutcome;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * Training tasks with a model of 1 MiB and a callback that gives it back, one after the other with random pauses, so that
 * they become ready at any phase of the client's polling. All settings are the clients' defaults.
 */
public final class TaskLatency implements Comparison {
    private static final Figure PICKUP = Figure.seconds(
            "pickup: task ready to callback entered", Target.percentile(50, 0.3, "s"), Target.percentile(95, 0.6, "s"));
    private static final Figure WHOLE =
            Figure.seconds("whole round: task ready to COMPLETED reported", Target.percentile(50, 0.5, "s"));

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Settings settings;

    public TaskLatency(Settings settings) {
        this.settings = settings;
    }

    @Override
    public String key() {
        return "task-latency";
    }

    @Override
    public List<Figure> figures() {
        return List.of(PICKUP, WHOLE);
    }

    @Override
    public boolean rehearses() {
        return false;
    }

    @Override
    public Side java() {
        SplittableRandom random = new SplittableRandom(settings.seed());
        return Side.java(bench -> tasks(bench, ClientProcess.java(), share(settings.javaTasks()), random));
    }

    @Override
    public Side python() {
        SplittableRandom random = new SplittableRandom(settings.seed());
        return Side.python(bench -> tasks(bench, ClientProcess.python(), share(settings.pythonTasks()), random));
    }

    private int share(int tasks) {
        return Math.max(1, tasks / settings.repetitions());
    }

    private Run tasks(Bench bench, ClientProcess client, int count, SplittableRandom random) throws IOException {
        try (ScaleoutModel seed = ScaleoutModel.fromFile(bench.models().javaContainer(1));
                Sandbox sandbox =
                        Sandbox.builder().authentication(true).seedModel(seed).start()) {
            // The first task waits for the client, warms it up and makes its session an active one.
            Task first = Task.submit(sandbox, seed.modelId());
            try (WorkerProcess process = client.start(bench, sandbox)) {
                first.await();
                List<Double> pickups = new ArrayList<>();
                List<Double> wholes = new ArrayList<>();
                double cpu = -Proc.cpuSeconds(process.pid());
                for (int i = 0; i < count; i++) {
                    pause(random);
                    Times times = Task.submit(sandbox, seed.modelId()).await();
                    pickups.add(times.pickup());
                    wholes.add(times.whole());
                }
                cpu += Proc.cpuSeconds(process.pid());
                double rss = Proc.peakRssMebibytes(process.pid());
                process.stop();
                return new Run(Map.of(PICKUP, pickups, WHOLE, wholes), cpu, OptionalDouble.empty(), rss, List.of());
            }
        }
    }

    private void pause(SplittableRandom random) throws IOException {
        try {
            Thread.sleep(random.nextLong(settings.longestPause().toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted between two tasks", e);
        }
    }

    private record Times(double pickup, double whole) {}

    private record Task(Sandbox sandbox, Instant ready, String id) {
        static Task submit(Sandbox sandbox, String modelId) {
            Instant ready = Instant.now();
            String id = sandbox.submit(TaskSpec.of("Scaleout_ModelUpdate", ClientProcess.ID)
                    .withModel(modelId)
                    .withSession("benchmark", "1"));
            return new Task(sandbox, ready, id);
        }

        Times await() {
            TaskOutcome outcome = sandbox.awaitOutcome(id, TIMEOUT);
            if (!outcome.completed()) {
                throw new IllegalStateException("A task ended as " + outcome);
            }
            Instant told = sandbox.recording().reports(id).stream()
                    .filter(Recorded.Report::done)
                    .findFirst()
                    .orElseThrow()
                    .time();
            double readySeconds = ready.getEpochSecond() + ready.getNano() / 1e9;
            return new Times(
                    entered(update()) - readySeconds,
                    Duration.between(ready, told).toNanos() / 1e9);
        }

        private Recorded.ModelUpdate update() {
            return sandbox.recording()
                    .await(
                            "the update",
                            TIMEOUT,
                            recording -> recording.modelUpdates().stream()
                                    .filter(sent -> sent.correlationId().equals(id))
                                    .findFirst());
        }
    }

    private static double entered(Recorded.ModelUpdate update) {
        if (update.meta().get("training_metadata") instanceof Map<?, ?> training
                && training.get(Client.ENTERED) instanceof Number entered) {
            return entered.doubleValue();
        }
        throw new IllegalStateException("The update does not tell when the callback was entered: " + update.metaText());
    }
}
