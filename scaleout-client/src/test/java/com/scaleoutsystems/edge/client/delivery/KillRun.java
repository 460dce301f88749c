package com.scaleoutsystems.edge.client.delivery;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A client that lives many times, each time killed at a moment of some kind, and what it was promised over all of them. */
final class KillRun implements AutoCloseable {

    /** When a client is killed. */
    enum Moment {
        TRAINING,
        DURING_UPLOAD,
        BEFORE_ANNOUNCEMENT,
        LINK_CUT,
        LINK_BACK
    }

    private static final Duration LONGEST_MOMENT = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** The model of an update has 400,000 bytes. */
    private static final int LEAST_BYTES = 30_000;

    private static final int MOST_BYTES = 350_000;

    private static final int MANY = 1_000;

    private final Random random;
    private final PlantedBug bug;
    private final Path directory;
    private final Path errors;
    private final Sandbox sandbox = Sandbox.builder().start();
    private final Relay relay = Relay.to(sandbox.grpcPort());
    private final List<String> tasks = new ArrayList<>();
    private final Map<Moment, Integer> met = new EnumMap<>(Moment.class);
    private final Set<String> stored = new HashSet<>();
    private final Set<String> committed = new HashSet<>();
    private final Map<String, Integer> trained = new HashMap<>();

    /** In which life each record was told delivered. */
    private final Map<String, Integer> delivered = new HashMap<>();

    /** How many telemetry records the server had got when each life began, and whether its link was whole. */
    private final List<Integer> received = new ArrayList<>();

    private final List<Boolean> whole = new ArrayList<>();
    private final String seedModelId;
    private int kills;
    private @Nullable ChildProcess latest;

    KillRun(long seed, PlantedBug bug, Path directory) {
        this.random = new Random(seed);
        this.bug = bug;
        this.directory = directory.resolve("state-" + bug);
        this.errors = directory.resolve("log-" + bug + ".txt");
        try (ScaleoutModel seedModel =
                ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(new float[] {1, 2}, 2)))) {
            seedModelId = sandbox.addModel(seedModel);
        }
    }

    int kills() {
        return kills;
    }

    /** How often each kind of moment was really met. */
    Map<Moment, Integer> met() {
        return met;
    }

    private ChildProcess child(String what) {
        received.add(sandbox.recording().telemetry().size());
        relay.mend();
        ChildProcess child = new ChildProcess(
                KilledClient.class,
                errors,
                List.of(String.valueOf(relay.port()), directory.toString(), bug.name(), what));
        latest = child;
        return child;
    }

    /** One life, killed at such a moment if all goes as planned; what was really met is counted. */
    void live(Moment planned) throws InterruptedException {
        ChildProcess child = child("log");
        String task = "task-" + tasks.size();
        if (!tasks.isEmpty()) {
            // A server that has not heard of a task for a while hands it out again.
            sandbox.redeliver(tasks.get(tasks.size() - 1));
            sandbox.redeliver(tasks.get(random.nextInt(tasks.size())));
        }
        sandbox.submit(TaskSpec.of("Scaleout_ModelUpdate", KilledClient.ID)
                .withModel(seedModelId)
                .withSession("session", "1")
                .withCorrelationId(task));
        tasks.add(task);
        child.await(line -> line.equals("training " + task));
        switch (planned) {
            case TRAINING -> Thread.sleep(random.nextInt(80));
            case DURING_UPLOAD -> {
                child.await(line -> line.startsWith("trained " + task));
                relay.holdAfter(random.nextInt(LEAST_BYTES, MOST_BYTES));
                await(relay::isHolding);
                Thread.sleep(random.nextInt(20));
            }
            case BEFORE_ANNOUNCEMENT -> {
                String update =
                        child.await(line -> line.startsWith("trained " + task)).split(" ", 3)[2];
                relay.holdAnswers();
                await(() -> sandbox.models().contains(update));
                Thread.sleep(random.nextInt(20));
            }
            case LINK_CUT -> {
                Thread.sleep(random.nextInt(150));
                relay.cut();
                Thread.sleep(50 + random.nextInt(250));
            }
            case LINK_BACK -> {
                child.await(line -> line.startsWith("trained " + task));
                relay.cut();
                child.await(line -> line.equals("committed " + task));
                relay.mend();
                Thread.sleep(500 + random.nextInt(1_000));
            }
        }
        child.kill();
        kills++;
        hear(child);
        whole.add(planned != Moment.LINK_CUT && planned != Moment.LINK_BACK);
        if (isMet(planned, child, task)) {
            met.merge(planned, 1, Integer::sum);
        }
    }

    /** Waits for a moment, which need not come: what is held back too early keeps an upload from beginning at all. */
    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LONGEST_MOMENT.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            Thread.sleep(1);
        }
    }

    private boolean isMet(Moment planned, ChildProcess child, String task) {
        Optional<String> update = child.said("trained").stream()
                .filter(line -> line.startsWith(task + " "))
                .map(line -> line.substring(task.length() + 1))
                .findFirst();
        boolean uploaded = update.isPresent() && sandbox.models().contains(update.get());
        boolean announced = sandbox.recording().modelUpdates().stream()
                .anyMatch(one -> one.correlationId().equals(task));
        return switch (planned) {
            case TRAINING -> update.isEmpty();
            case DURING_UPLOAD -> child.said("committed").contains(task) && !uploaded;
            case BEFORE_ANNOUNCEMENT -> uploaded && !announced;
            case LINK_CUT, LINK_BACK -> true;
        };
    }

    private void hear(ChildProcess child) {
        int life = received.size();
        stored.addAll(child.said("stored"));
        committed.addAll(child.said("committed"));
        child.said("training").forEach(task -> trained.merge(task, 1, Integer::sum));
        child.said("delivered").forEach(id -> delivered.putIfAbsent(id, life));
    }

    /** One life without a server, asked to end when thousands of records wait. */
    void terminateWithoutServer(Duration longest) {
        ChildProcess child = child("full");
        relay.cut();
        child.await(line -> line.startsWith("stored ") && child.said("stored").size() >= MANY);
        child.terminate();
        child.awaitEnd(longest);
        hear(child);
        whole.add(false);
        if (child.lines().stream().noneMatch(line -> line.equals("closed"))) {
            throw new AssertionError("the client did not come to the end of its close; its log\n" + child.log());
        }
    }

    /** The last life ends by itself when everything is sent. Gives all promises that were broken. */
    List<String> finish() {
        ChildProcess last = child("finish");
        last.await(line -> line.equals("started"));
        tasks.forEach(sandbox::redeliver);
        tasks.forEach(task -> sandbox.awaitOutcome(task, PATIENCE));
        last.endInput();
        last.await(line -> line.startsWith("flushed "));
        last.awaitEnd(PATIENCE);
        hear(last);
        whole.add(true);
        List<String> broken = new ArrayList<>();
        if (last.said("flushed").stream().noneMatch(line -> line.startsWith("0 "))) {
            broken.add("the last life left records: " + last.said("flushed"));
        }
        recordsArrived(broken);
        tasksEnded(broken);
        return broken;
    }

    private void recordsArrived(List<String> broken) {
        Set<String> arrived = new HashSet<>();
        sandbox.recording().telemetry().forEach(record -> arrived.add(record.recordId()));
        long lost = stored.stream().filter(id -> !arrived.contains(id)).count();
        if (lost > 0) {
            broken.add(lost + " of " + stored.size() + " records were stored and never arrived");
        }
        int repeats = 0;
        int life = 0;
        Map<String, Integer> latest = new HashMap<>();
        List<Recorded.Telemetry> records = sandbox.recording().telemetry();
        for (int i = 0; i < records.size(); i++) {
            while (life < received.size() && received.get(life) <= i) {
                life++;
            }
            String id = records.get(i).recordId();
            Integer before = latest.put(id, life);
            if (before != null) {
                repeats++;
                if (before == life && whole.get(life - 1)) {
                    broken.add("record " + id + " came twice in life " + life + ", whose link was whole");
                }
            }
            if (delivered.getOrDefault(id, Integer.MAX_VALUE) < life) {
                broken.add("record " + id + " came in life " + life + " though it had been told delivered");
            }
        }
        System.out.printf(
                "%s: %d kills, moments met %s; %d records promised, %d came, %d of them repeats (%.2f %%), all after acknowledgements that were lost%n",
                bug, kills, met, stored.size(), records.size(), repeats, 100.0 * repeats / Math.max(1, records.size()));
    }

    private void tasksEnded(List<String> broken) {
        trained.forEach((task, times) -> {
            if (times > 1) {
                broken.add(task + " was trained " + times + " times");
            }
        });
        Map<String, Recorded.ModelUpdate> updates = new HashMap<>();
        sandbox.recording().modelUpdates().forEach(update -> updates.putIfAbsent(update.correlationId(), update));
        committed.stream()
                .filter(task -> !updates.containsKey(task))
                .forEach(task -> broken.add("the update of " + task + " was committed and never arrived"));
        for (String task : tasks) {
            Set<String> ends = new HashSet<>();
            for (Recorded.Report report : sandbox.recording().reports(task)) {
                Recorded.ModelUpdate update = updates.get(task);
                if (report.done()) {
                    ends.add(report.status());
                }
                if (report.status().equals("COMPLETED")
                        && (update == null || update.time().isAfter(report.time()))) {
                    broken.add(task + " was told COMPLETED before its update had arrived");
                }
            }
            if (ends.size() != 1) {
                broken.add(task + " ended as " + ends);
            } else if (ends.contains("COMPLETED") != updates.containsKey(task)) {
                broken.add(task + " ended as " + ends + ", its update arrived: " + updates.containsKey(task));
            }
        }
    }

    @Override
    public void close() {
        if (latest != null) {
            latest.close();
        }
        relay.close();
        sandbox.close();
    }
}
