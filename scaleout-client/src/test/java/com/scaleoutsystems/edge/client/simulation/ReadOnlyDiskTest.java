package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole client whose disk the system turns read-only while it runs, as Linux does after errors of the disk, in virtual time. */
class ReadOnlyDiskTest {

    private final SimulatedDisk disk = new SimulatedDisk();
    private final Map<String, Integer> trained = new HashMap<>();
    private final List<EdgeException> rejected = new ArrayList<>();
    private final EdgeClientListener listener = new EdgeClientListener() {
        @Override
        public void recordSettled(RecordInfo record, Outcome outcome) {
            if (outcome instanceof Outcome.Rejected refused) {
                rejected.add(refused.error());
            }
        }
    };
    private final SimulatedClient client = new SimulatedClient(
            1,
            (model, task) -> {
                String id = task.request().correlationId();
                trained.merge(id, 1, Integer::sum);
                return TrainResult.of(model("update-" + id, 1), 10);
            },
            ReportingSettings.defaults().withNodeTelemetry(false),
            disk,
            List.of(listener));

    @BeforeEach
    void start() {
        client.combiner.addModel("m", 0);
        client.start();
    }

    @AfterEach
    void close() {
        disk.close();
    }

    private void turnReadOnly() {
        disk.disk().readOnly(true);
        disk.takeNoModels();
    }

    private List<String> ends(String task) {
        return client.combiner.doneReports().getOrDefault(task, List.of()).stream()
                .map(report -> report.status())
                .toList();
    }

    private Delivery line(String text) {
        return client.runtime.log().sendStatus(text);
    }

    @Test
    void recordsAreRefusedWithTheReasonAndItsCureAndTheListenerHears() {
        turnReadOnly();
        Delivery refused = line("refused");
        client.await(refused.stored());
        client.await(refused.outcome());
        client.runFor(Duration.ofSeconds(1));

        assertThat(refused.stored().toCompletableFuture()).isCompletedWithValue(Delivery.Stored.NOT_STORED);
        assertThat(refused.outcome().toCompletableFuture().join())
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class, outcome -> assertThat(rejected).containsExactly(outcome.error()));
        assertThat(rejected).singleElement().satisfies(error -> {
            assertThat(error.code()).isEqualTo(ErrorCode.IO);
            assertThat(error)
                    .hasMessageContaining("Read-only file system")
                    .hasMessageContaining("give a writable directory to stateDirectory(...), or choose stateless()");
        });
    }

    @Test
    void tasksGoOnAndTheirResultsAreSentFromMemory() {
        client.combiner.deliver(train("before", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        turnReadOnly();
        client.combiner.deliver(train("after", "m"));
        client.runUntilDone("before");
        client.runUntilDone("after");

        assertThat(ends("before")).containsOnly("COMPLETED");
        assertThat(ends("after")).containsOnly("COMPLETED");
        assertThat(client.combiner.records(RecordBody.ModelUpdate.class))
                .extracting(RecordBody.ModelUpdate::updateId)
                .containsExactly("update-before", "update-after");
    }

    @Test
    void whatWasWrittenDownBeforeIsSentAllTheSame() {
        client.combiner.goAway();
        Delivery before = line("before");
        client.await(before.stored());
        turnReadOnly();
        client.runFor(Duration.ofMinutes(1));
        client.combiner.comeBack();
        client.await(before.outcome());

        assertThat(before.outcome().toCompletableFuture()).isCompletedWithValue(new Outcome.Delivered());
        assertThat(client.combiner.recordIds()).containsOnlyOnce(before.id());
    }

    @Test
    void theNextStartOnItIsRefusedWithTheCure() {
        turnReadOnly();
        assertThatThrownBy(client::killAndRestart)
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.IO))
                .hasMessageContaining("give a writable directory to stateDirectory(...), or choose stateless()");
    }

    /** Nothing else is committed between the repair and the close. */
    @Test
    void whatBecameOfTasksIsWrittenDownAtTheCloseIfTheDiskTakesItThen() {
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        turnReadOnly();
        client.runUntilDone("t");
        client.runFor(Duration.ofSeconds(5));
        disk.disk().readOnly(false);
        client.close(Duration.ofSeconds(10));
        client.killAndRestart();
        client.combiner.deliver(train("t", "m"));
        client.runFor(Duration.ofMinutes(2));

        assertThat(ends("t")).containsOnly("COMPLETED");
        assertThat(trained).containsExactly(Map.entry("t", 1));
    }

    @Test
    void theLogSaysOnceWhatEveryTaskMeets() {
        try (LogLines log = new LogLines()) {
            for (int time = 0; time < 2; time++) {
                disk.disk().readOnly(true);
                for (int i = 0; i < 5; i++) {
                    trainTask("time " + time + " task " + i);
                }
                disk.disk().readOnly(false);
                client.runFor(Duration.ofSeconds(5));
                trainTask("repaired " + time);
            }

            assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).hasSize(12);
            assertThat(log.with(" - the state file"))
                    .as("it fails, and works again")
                    .hasSize(4);
            for (String what : List.of(
                    " could not be stored; the client runs it nevertheless",
                    "the result of task ",
                    "the end of task ")) {
                assertThat(log.with(what)).as(what).hasSize(2).allMatch(line -> line.contains("task time "));
            }
        }
    }

    private void trainTask(String id) {
        client.combiner.deliver(train(id, "m"));
        client.runUntilDone(id);
        client.runFor(Duration.ofSeconds(2));
    }

    @Test
    void theCloseSaysWhatIsKeptAndWhatIsLost() {
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        client.combiner.goAway();
        client.await(line("kept").stored());
        client.await(line("kept, too").stored());
        turnReadOnly();
        client.runFor(Duration.ofMinutes(1));
        try (LogLines log = new LogLines()) {
            client.close(Duration.ofSeconds(10));

            assertThat(log.with("records were not sent"))
                    .singleElement()
                    .asString()
                    .contains("are kept in the state directory, 1 are lost");
        }
    }
}
