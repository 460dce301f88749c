package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.MemoryBlobStore;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.state.MvStateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The combiner is gone for ten minutes of virtual time. */
class OutageTest {

    private static final Duration OUTAGE = Duration.ofMinutes(10);
    private static final int PER_SECOND = 4;
    private static final int MANY = 15_000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingIsLostOrRepeatedAndNewRecordsNeedNotWaitForOldOnes(boolean silent) {
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client =
                    new SimulatedClient(7, null, ReportingSettings.defaults().withNodeTelemetry(false), disk);
            client.start();
            List<Delivery> all = new ArrayList<>();
            List<String> lines = new ArrayList<>();
            log(client, Duration.ofSeconds(10), all, lines);
            int before = client.combiner.records().size();
            if (silent) {
                client.combiner.fallSilent();
            } else {
                client.combiner.goAway();
            }
            log(client, OUTAGE, all, lines);

            assertThat(client.combiner.records().size() - before).isLessThan(20);
            long back = client.env.nanos();
            int came = client.combiner.records().size();
            client.combiner.comeBack();
            client.combiner.speakAgain();
            client.runUntil(() -> client.combiner.records().size() > came);
            assertThat(Duration.ofNanos(client.env.nanos() - back)).isLessThan(Duration.ofSeconds(10));

            Delivery fresh = client.runtime.log().logTelemetry("fresh", Map.of("value", 1));
            client.await(fresh.outcome());
            long waiting = all.stream()
                    .filter(one -> !one.outcome().toCompletableFuture().isDone())
                    .count();
            assertThat(waiting)
                    .as("old records that still wait when a new one has come")
                    .isPositive();
            all.forEach(delivery -> client.await(delivery.outcome()));

            assertThat(all)
                    .allMatch(one -> one.outcome().toCompletableFuture().join().isDelivered());
            assertThat(linesInOrder(client)).isEqualTo(lines);
            // A call that the silence outlasts may have reached the server all the same.
            assertThat(repeats(client)).isLessThanOrEqualTo(silent ? 1 : 0);
            List<RecordBody.Telemetry> telemetry = client.combiner.records(RecordBody.Telemetry.class);
            assertThat(telemetry).hasSize(all.size() - lines.size() + 1);
        }
    }

    /** Whichever call shows it first: a record whose call ends before any other one does is not taken for one that the combiner dislikes. */
    @ParameterizedTest
    @CsvSource({"2, 5, 5", "2, 5, 2", "15, 5, 30", "15, 5, 5", "60, 5, 30", "60, 5, 5", "600, 5, 5", "600, 600, 5"})
    void noRecordIsBlamedForASilence(long heartbeat, long poll, long timeout) {
        for (int seed = 0; seed < 5; seed++) {
            ReportingSettings reporting = ReportingSettings.defaults()
                    .withNodeTelemetry(false)
                    .withHeartbeatInterval(Duration.ofSeconds(heartbeat));
            TaskSettings tasks = TaskSettings.defaults().withPollInterval(Duration.ofSeconds(poll));
            SimulatedClient client = new SimulatedClient(seed, null, tasks, reporting);
            client.combiner.callTimeout(Duration.ofSeconds(timeout));
            client.start();
            List<Delivery> all = new ArrayList<>();
            List<String> lines = new ArrayList<>();
            try (LogLines log = new LogLines()) {
                log(client, Duration.ofSeconds(10), all, lines);
                int before = client.combiner.log().size();
                client.combiner.fallSilent();
                log(client, OUTAGE, all, lines);
                List<String> attempts = client
                        .combiner
                        .log()
                        .subList(before, client.combiner.log().size())
                        .stream()
                        .filter(event -> event.contains("→ send ") && event.contains("StatusLine"))
                        .map(event -> event.substring(event.indexOf("→ send ")))
                        .toList();
                client.combiner.speakAgain();
                all.forEach(delivery -> client.await(delivery.outcome()));

                assertThat(attempts.stream().distinct())
                        .as("no line steps aside for the next one")
                        .hasSizeLessThanOrEqualTo(2);
                assertThat(attempts)
                        .as("nothing is sent when a heartbeat has shown the silence")
                        .hasSizeLessThanOrEqualTo((int) (3 + heartbeat / timeout));
                assertThat(log.with("cannot be sent yet")).isEmpty();
            }
            assertThat(linesInOrder(client)).isEqualTo(lines);
        }
    }

    /** Calls were answered while the transfer went on; when it ends for lack of progress, the polls have shown the outage. */
    @Test
    void noUploadIsBlamedForTheSilencesThatBreakIt() {
        ReportingSettings rare =
                ReportingSettings.defaults().withNodeTelemetry(false).withHeartbeatInterval(Duration.ofHours(1));
        SimulatedClient client = new SimulatedClient(
                7, (model, task) -> TrainResult.of(model("update", 1), 10), TaskSettings.defaults(), rare);
        client.combiner.addModel("m", 0);
        client.start();
        client.combiner.silence("upload");
        client.combiner.deliver(train("t", "m"));
        try (LogLines log = new LogLines()) {
            for (int outage = 0; outage < 4; outage++) {
                long uploads = outage;
                client.runUntil(() -> client.combiner.calls("upload") > uploads);
                client.runFor(Duration.ofSeconds(10));
                client.combiner.fallSilent();
                client.runFor(Duration.ofSeconds(115));
                client.combiner.speakAgain();
            }
            client.combiner.silence("nothing");
            client.runUntilDone("t");

            assertThat(log.with("cannot be sent yet")).isEmpty();
        }
        assertThat(client.combiner.doneReports().get("t").get(0).status()).isEqualTo("COMPLETED");
    }

    /** Without heartbeats the polls show that nothing is answered. */
    @Test
    void silenceIsNoticedWithoutHeartbeatsToo() {
        ReportingSettings silent =
                ReportingSettings.defaults().withNodeTelemetry(false).withHeartbeats(false);
        SimulatedClient client =
                new SimulatedClient(7, null, silent, SimulatedClient.Disk.memory(new MemoryStateStore()));
        client.start();
        List<Delivery> all = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        log(client, Duration.ofSeconds(10), all, lines);
        client.combiner.fallSilent();
        log(client, OUTAGE, all, lines);
        client.combiner.speakAgain();

        all.forEach(delivery -> client.await(delivery.outcome()));
        assertThat(all)
                .allMatch(one -> one.outcome().toCompletableFuture().join().isDelivered());
        assertThat(repeats(client)).isLessThanOrEqualTo(3);
    }

    private static long repeats(SimulatedClient client) {
        List<String> ids = client.combiner.recordIds();
        return ids.size() - new HashSet<>(ids).size();
    }

    private static List<String> linesInOrder(SimulatedClient client) {
        return client.combiner.records(RecordBody.StatusLine.class).stream()
                .map(RecordBody.StatusLine::text)
                .distinct()
                .toList();
    }

    /** What waits is on disk; memory holds a few records' content, and of the others what is needed to send them. */
    @Test
    void memoryStaysFlatHoweverMuchWaits(@TempDir Path folder) {
        BlobStore blobs = new MemoryBlobStore();
        SimulatedClient client = new SimulatedClient(
                8, null, ReportingSettings.defaults().withNodeTelemetry(false), new SimulatedClient.Disk() {
                    @Override
                    public StateStore store(VirtualEnv env) {
                        return MvStateStore.open(folder, new SimulatedDisk.DirectIo(env));
                    }

                    @Override
                    public BlobStore blobs() {
                        return blobs;
                    }
                });
        client.start();
        client.combiner.goAway();
        String text = "x".repeat(3 << 10);
        long before = usedMemory();
        for (int i = 0; i < MANY; i++) {
            var unused = client.runtime.log().logTelemetry("t", Map.of("text", text + i));
            if (i % 500 == 0) {
                client.runFor(Duration.ofSeconds(1));
            }
        }
        client.runFor(Duration.ofSeconds(1));
        long grown = usedMemory() - before;
        System.out.printf("%,d records of %,d bytes wait: %,d bytes of memory%n", MANY, text.length(), grown);
        assertThat(grown).isLessThan((long) MANY * text.length() / 2);

        client.close(Duration.ofSeconds(10));
    }

    private static long usedMemory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void log(SimulatedClient client, Duration time, List<Delivery> all, List<String> lines) {
        for (int i = 0; i < time.toSeconds() * PER_SECOND; i++) {
            all.add(client.runtime.log().logTelemetry("t", Map.of("value", i)));
            String line = "line " + lines.size();
            lines.add(line);
            all.add(client.runtime.log().sendStatus(line));
            client.runFor(Duration.ofSeconds(1).dividedBy(PER_SECOND));
        }
    }
}
