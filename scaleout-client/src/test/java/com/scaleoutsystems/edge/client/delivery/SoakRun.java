package com.scaleoutsystems.edge.client.delivery;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.fault.FaultEvent;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import com.scaleoutsystems.edge.sandbox.session.RoundResult;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Many clients in a process of their own, sessions without a pause, and a fault every two seconds. */
final class SoakRun implements AutoCloseable {

    static final int CLIENTS = 20;
    static final Duration BETWEEN_FAULTS = Duration.ofSeconds(2);

    /** A fault that has not struck as often as it should is removed after so many others. */
    private static final int FAULTS_AT_ONCE = 3;

    private static final int ROUNDS = 2;
    private static final int PARAMETERS = 20_000;

    /** More than come between two faults, and less than fill the heap. */
    private static final int RECORDED_CALLS = 50_000;

    private static final Duration LONG_ROUND = Duration.ofSeconds(15);
    private static final Duration ROUND = Duration.ofMinutes(2);

    private final SoakFaults faults;
    private final Sandbox sandbox;
    private final ChildProcess clients;
    private final Path log;
    private final List<RoundResult> rounds = new ArrayList<>();
    private final Deque<Integer> present = new ArrayDeque<>();
    private final Map<String, Integer> replaced = new HashMap<>();
    private final Arrivals arrivals;
    private int drawn;

    /** What the process of the clients uses when all is calm. */
    record Figures(long threads, long handles, long directBytes, long heapBytes) {

        static Figures of(String words) {
            String[] each = words.split(" ");
            return new Figures(
                    Long.parseLong(each[0]), Long.parseLong(each[1]), Long.parseLong(each[2]), Long.parseLong(each[3]));
        }
    }

    SoakRun(long seed, Path folder) {
        this.faults = new SoakFaults(seed);
        this.log = folder.resolve("log.txt");
        Path authority = folder.resolve("authority.pem");
        ScaleoutModel model = ScaleoutModel.fromModelParameters(
                ModelParameters.of(Tensor.ofFloats(new float[PARAMETERS], PARAMETERS)));
        sandbox = Sandbox.builder()
                .tls(true)
                .authentication(true)
                .seedModel(model)
                .faults(FaultPlan.none().withSeed(seed))
                .recordingLimits(RECORDED_CALLS, Runtime.getRuntime().maxMemory() / 2)
                .start();
        arrivals = new Arrivals(sandbox.recording());
        sandbox.saveCertificateAuthority(authority);
        clients = new ChildProcess(
                SoakedClients.class,
                log,
                List.of(sandbox.restUri().toString(), authority.toString(), folder.toString()));
        for (int i = 0; i < CLIENTS; i++) {
            clients.tell("start client-" + i + " " + sandbox.tokens().refresh());
        }
        sandbox.awaitClients(CLIENTS, ROUND);
        clients.tell("log");
    }

    private void runSession() {
        SessionPlan plan =
                SessionPlan.of(ROUNDS, CLIENTS).withRoundTimeout(ROUND).withListener(this::finished);
        sandbox.runSession(plan);
    }

    /** Session after session, and fault after fault. At its end all is calm. */
    void soak(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        CompletableFuture<Void> sessions = CompletableFuture.runAsync(() -> {
            while (System.nanoTime() < end) {
                runSession();
            }
        });
        while (System.nanoTime() < end && !sessions.isDone()) {
            present.add(sandbox.faults().add(faults.next()));
            drawn++;
            if (present.size() > FAULTS_AT_ONCE) {
                sandbox.faults().remove(present.remove());
            }
            Thread.sleep(BETWEEN_FAULTS.toMillis());
            giveCredentials();
            arrivals.collect();
        }
        sandbox.faults().clear();
        while (!sessions.isDone()) {
            Thread.sleep(100);
            giveCredentials();
            arrivals.collect();
        }
        sessions.join();
        runSession();
    }

    private void finished(RoundResult round) {
        rounds.add(round);
        if (round.duration().compareTo(LONG_ROUND) > 0) {
            Instant begin = Instant.now().minus(round.duration());
            System.out.println("soak: a round took " + round.duration().toSeconds() + " s, failed " + round.failures()
                    + "; struck " + struckCalls(begin));
        }
    }

    /** What struck calls since then, without those that clients make all the time. */
    private List<String> struckCalls(Instant since) {
        return sandbox.faults().story().stream()
                .filter(event -> event.struck()
                        && event.time().isAfter(since)
                        && !event.clientId().isEmpty())
                .filter(event -> !event.call().equals("SendHeartbeat"))
                .map(FaultEvent::toString)
                .toList();
    }

    /** What the host of a client does whose credential is refused. */
    private void giveCredentials() {
        List<String> rejected = clients.said("rejected");
        Map<String, Integer> asked = new HashMap<>();
        rejected.forEach(line -> asked.merge(line.split(" ")[0], 1, Integer::sum));
        asked.forEach((client, times) -> {
            for (int i = replaced.getOrDefault(client, 0); i < times; i++) {
                clients.tell("credential " + client + " " + sandbox.tokens().refresh());
            }
            replaced.put(client, times);
        });
    }

    Figures measure() {
        int before = clients.said("figures").size();
        clients.tell("measure");
        clients.await(
                line -> line.startsWith("figures ") && clients.said("figures").size() > before);
        List<String> all = clients.said("figures");
        return Figures.of(all.get(all.size() - 1));
    }

    /** Ends all, and gives the promises that were broken. */
    List<String> finish() {
        clients.tell("rest");
        clients.await(line -> line.equals("rests"));
        clients.tell("finish");
        clients.await(line -> line.equals("finished"));
        clients.awaitEnd(ROUND);
        List<String> broken = new ArrayList<>();
        arrivals.collect();
        if (arrivals.missed() > 0) {
            broken.add("the recording is not complete: " + arrivals.missed() + " messages are missing");
        }
        clients.said("flushed").stream()
                .filter(left -> !left.equals("0"))
                .forEach(left -> broken.add("a client kept " + left + " records"));
        clients.said("lost").forEach(record -> broken.add("lost: " + record));
        roundsAreComplete(broken);
        recordsArrived(broken);
        tasksEnded(broken);
        return broken;
    }

    private void roundsAreComplete(List<String> broken) {
        for (RoundResult round : rounds) {
            if (round.updates().size() != CLIENTS
                    || round.validations().size() != CLIENTS
                    || !round.failures().isEmpty()) {
                broken.add("a round had " + round.updates().size() + " updates and "
                        + round.validations().size() + " validations; failed " + round.failures());
            }
        }
    }

    private void recordsArrived(List<String> broken) {
        List<String> missing = clients.said("record").stream()
                .filter(id -> !arrivals.records().contains(id))
                .toList();
        if (!missing.isEmpty()) {
            broken.add(missing.size() + " records of telemetry never arrived");
        }
    }

    private void tasksEnded(List<String> broken) {
        Map<String, Integer> trained = new HashMap<>();
        clients.said("training").forEach(task -> trained.merge(task.split(" ")[1], 1, Integer::sum));
        trained.forEach((task, times) -> {
            Instant update = arrivals.updates().get(task);
            Instant completed = arrivals.completed().get(task);
            Set<String> ends = arrivals.ends().getOrDefault(task, Set.of());
            if (completed != null && (update == null || update.isAfter(completed))) {
                broken.add(task + " was told COMPLETED before its update had arrived");
            }
            if (times > 1) {
                broken.add(task + " was trained " + times + " times");
            }
            if (update == null) {
                broken.add("the update of " + task + " never arrived");
            }
            if (!ends.equals(Set.of("COMPLETED"))) {
                broken.add(task + " ended as " + ends);
            }
        });
    }

    int rounds() {
        return rounds.size();
    }

    /** How many lines the clients wrote to their log. */
    long logLines() {
        try (var lines = Files.lines(log)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The faults that struck: how many calls and connections of each kind. */
    Map<String, Integer> struck() {
        Map<String, Integer> struck = new TreeMap<>();
        for (FaultEvent event : sandbox.faults().story()) {
            if (event.struck()) {
                struck.merge(event.what().split(" ")[0], 1, Integer::sum);
            }
        }
        return struck;
    }

    /** What was counted, for people. */
    String figures() {
        return String.format(
                "%d rounds, the longest of %d s; %d faults added, struck %s%n"
                        + "%d trainings, %d updates came (%d repeats); %d records of telemetry logged, %d came with those of nodes (%d repeats); %d credentials replaced",
                rounds.size(),
                rounds.stream()
                        .mapToLong(round -> round.duration().toSeconds())
                        .max()
                        .orElse(0),
                drawn,
                struck(),
                clients.said("training").size(),
                arrivals.updates().size() + arrivals.repeatedUpdates(),
                arrivals.repeatedUpdates(),
                clients.said("record").size(),
                arrivals.records().size() + arrivals.repeatedRecords(),
                arrivals.repeatedRecords(),
                clients.said("rejected").size());
    }

    /** What the faults did. */
    List<FaultEvent> story() {
        return sandbox.faults().story();
    }

    /** The end of what the clients logged. */
    String log() {
        return clients.log();
    }

    @Override
    public void close() {
        clients.close();
        sandbox.close();
    }
}
