package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The process is killed and begins again, in virtual time: what was written down is told, sent and not repeated. */
class RestartTest {

    private static final EdgeException AWAY = new EdgeException(ErrorCode.UNAVAILABLE, "away", null, true, 1);

    private final MemoryStateStore store = new MemoryStateStore();
    private final Map<String, Integer> trained = new HashMap<>();

    private final TrainCallback training = (model, task) -> {
        String id = task.request().correlationId();
        trained.merge(id, 1, Integer::sum);
        return TrainResult.of(model("update-" + id, 1), 10);
    };

    private SimulatedClient client(long seed, TaskSettings tasks) {
        SimulatedClient client = new SimulatedClient(seed, training, null, tasks, store);
        client.combiner.addModel("m", 0);
        return client;
    }

    private static List<String> statuses(SimulatedClient client, String task) {
        return client.combiner.doneReports().getOrDefault(task, List.of()).stream()
                .map(TaskReport::status)
                .toList();
    }

    @Test
    void recordsThatWereNotAcknowledgedAreSentAgainUnderTheSameIdAndInOrder() {
        SimulatedClient client = client(1, TaskSettings.defaults());
        client.start();
        client.combiner.goAway();
        List<String> texts = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Delivery delivery = client.runtime.log().sendStatus("line " + i);
            texts.add("line " + i);
            ids.add(delivery.id());
        }
        client.runFor(Duration.ofMinutes(3));
        client.combiner.comeBack();

        client.killAndRestart();
        client.runUntil(() -> client.combiner.records().size() >= 20);

        assertThat(client.combiner.recordIds()).isEqualTo(ids);
        assertThat(client.combiner.records(RecordBody.StatusLine.class))
                .extracting(RecordBody.StatusLine::text)
                .isEqualTo(texts);
        client.runFor(Duration.ofMinutes(1));
        assertThat(new IdentityRows(store, "client-1").load(Table.OUTBOX)).isEmpty();
        client.killAndRestart();
        client.runFor(Duration.ofMinutes(1));
        assertThat(client.combiner.records()).as("nothing comes twice").hasSize(20);
    }

    @Test
    void aWallClockThatIsSetDoesNotChangeTheOrder() {
        SimulatedClient client = client(1, TaskSettings.defaults());
        client.start();
        client.combiner.goAway();
        List<String> ids = new ArrayList<>();
        for (int hours : List.of(0, -5, -30, 60, -1)) {
            client.env.setClockBy(Duration.ofHours(hours));
            ids.add(client.runtime.log().sendStatus("after " + hours).id());
            client.runFor(Duration.ofSeconds(1));
        }
        client.combiner.comeBack();
        client.killAndRestart();
        client.runUntil(() -> client.combiner.records().size() >= ids.size());

        assertThat(client.combiner.recordIds()).isEqualTo(ids);
    }

    @Test
    void aTaskThatWasRunningIsToldFailedAndNotRunAgain() {
        SimulatedClient client = client(1, TaskSettings.defaults());
        client.start();
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);

        client.killAndRestart();
        client.runUntilDone("t");
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.doneReports("t") >= 2);

        assertThat(statuses(client, "t")).containsOnly("FAILED");
        assertThat(client.combiner.doneReports().get("t").get(0).response()).contains("client restarted");
        assertThat(client.env.callbacks()).isEqualTo(1);
        assertThat(trained).isEmpty();
    }

    @Test
    void aTaskThatWasRunningIsRunAgainIfTheSettingsSaySo() {
        SimulatedClient client = client(1, TaskSettings.defaults().withRunsAgainAfterRestart(true));
        client.start();
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);

        client.killAndRestart();
        client.runUntilDone("t");

        assertThat(statuses(client, "t")).containsExactly("COMPLETED");
        assertThat(trained).isEqualTo(Map.of("t", 1));
        assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).hasSize(1);
    }

    @Test
    void aResultThatWasWrittenDownIsUploadedAnnouncedAndThenToldCompleted() {
        SimulatedClient client = client(1, TaskSettings.defaults());
        client.start();
        client.combiner.deliver(train("t", "m"));
        for (int i = 0; i < 50; i++) {
            client.combiner.failNext("upload", AWAY);
        }
        client.runUntil(() -> client.combiner.calls("upload") >= 2);
        assertThat(statuses(client, "t")).isEmpty();

        client.killAndRestart();
        client.runUntilDone("t");

        assertThat(statuses(client, "t")).containsExactly("COMPLETED");
        assertThat(trained).isEqualTo(Map.of("t", 1));
        assertThat(client.combiner.records(RecordBody.ModelUpdate.class))
                .singleElement()
                .satisfies(update -> assertThat(update.updateId()).isEqualTo("update-t"));
    }

    @Test
    void aResultThatCannotBeReadAnyMoreIsSetAsideAndItsTaskToldFailed() {
        SimulatedClient client = client(1, TaskSettings.defaults());
        client.start();
        client.combiner.deliver(train("t", "m"));
        for (int i = 0; i < 50; i++) {
            client.combiner.failNext("upload", AWAY);
        }
        client.runUntil(() -> client.combiner.calls("upload") >= 1);
        IdentityRows rows = new IdentityRows(store, "client-1");
        Row result = rows.load(Table.OUTBOX).stream()
                .filter(row -> row.value().contains("MODEL_UPDATE"))
                .findFirst()
                .orElseThrow();
        rows.commit(new Batch().put(Table.OUTBOX, result.key(), "{\"v\": 2}"));

        client.killAndRestart();
        client.runUntilDone("t");

        assertThat(statuses(client, "t")).containsExactly("FAILED");
        assertThat(rows.load(Table.OUTBOX)).noneMatch(row -> row.key().equals(result.key()));
        CompletableFuture<Health> health = client.runtime.health().toCompletableFuture();
        client.await(health);
        assertThat(health.join().dropped()).isEqualTo(Map.of(DropReason.UNREADABLE, 1L));
    }

    @Test
    void whatANewerReleaseAddedIsIgnored() {
        SimulatedClient client = client(1, TaskSettings.defaults());
        client.runtime.log().sendStatus("early");
        client.runFor(Duration.ofSeconds(1));
        IdentityRows rows = new IdentityRows(store, "client-1");
        Row row = rows.load(Table.OUTBOX).get(0);
        String newer =
                row.value().replaceFirst("\\{", "{\"added\": [1, 2], ").replace("\"body\":{", "\"body\":{\"also\":{},");
        rows.commit(new Batch().put(Table.OUTBOX, row.key(), newer));

        client.killAndRestart();
        client.runUntil(() -> !client.combiner.records().isEmpty());

        assertThat(client.combiner.records(RecordBody.StatusLine.class)).hasSize(1);
    }

    @Test
    void aTaskWhoseEndTheCombinerKnowsIsNotToldAgainByItself() {
        SimulatedClient client = client(1, TaskSettings.defaults());
        client.start();
        client.combiner.deliver(train("t", "m"));
        client.runUntilDone("t");
        client.runFor(Duration.ofMinutes(1));
        int told = client.doneReports("t");

        client.killAndRestart();
        client.runFor(Duration.ofMinutes(1));
        assertThat(client.doneReports("t")).isEqualTo(told);

        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.doneReports("t") > told);
        assertThat(statuses(client, "t")).containsOnly("COMPLETED");
        assertThat(trained).isEqualTo(Map.of("t", 1));
    }

    @Test
    void whereverTheProcessIsKilledNothingIsLostAndNoTaskTrainsTwice() {
        int killedWhileTraining = 0;
        for (long seed = 1; seed <= 300; seed++) {
            Random random = new Random(seed);
            RestartTest test = new RestartTest();
            SimulatedClient client = test.client(seed, TaskSettings.defaults());
            client.start();
            List<Delivery> deliveries = new ArrayList<>();
            int tasks = 0;
            for (int life = 0; life < 3; life++) {
                for (int i = 0; i < 3; i++) {
                    client.combiner.deliver(train("t" + tasks++, "m"));
                }
                for (int i = 0; i < 10; i++) {
                    deliveries.add(client.runtime.log().logTelemetry("t", Map.of("value", i)));
                    deliveries.add(client.runtime.log().sendStatus("line"));
                    client.runFor(Duration.ofMillis(random.nextInt(2_500)));
                }
                killedWhileTraining += client.env.callbacks() > test.trained.size() ? 1 : 0;
                client.killAndRestart();
            }
            client.runFor(Duration.ofMinutes(5));
            client.combiner.deliver(train("last", "m"));
            client.runUntilDone("last");
            client.runFor(Duration.ofMinutes(1));

            Set<String> received = new HashSet<>(client.combiner.recordIds());
            for (Delivery delivery : deliveries) {
                if (delivery.stored().toCompletableFuture().isDone()) {
                    assertThat(received).as("seed %d", seed).contains(delivery.id());
                }
            }
            assertThat(test.trained.values()).as("seed %d", seed).containsOnly(1);
            Set<String> updates = new HashSet<>();
            client.combiner
                    .records(RecordBody.ModelUpdate.class)
                    .forEach(update -> updates.add(update.correlationId()));
            client.combiner.doneReports().forEach((task, reports) -> {
                Set<String> told = new HashSet<>();
                reports.forEach(report -> told.add(report.status()));
                assertThat(told).as("one end for %s", task).hasSize(1);
                assertThat(updates.contains(task)).as("update of %s", task).isEqualTo(told.contains("COMPLETED"));
            });
            assertThat(new IdentityRows(test.store, "client-1").load(Table.OUTBOX))
                    .as("seed %d", seed)
                    .isEmpty();
        }
        assertThat(killedWhileTraining).as("the case was met").isGreaterThan(50);
    }
}
