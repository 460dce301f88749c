package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of an update whose model the disk or the server has lost, in virtual time. */
class PinnedModelTest {

    private static final EdgeException NOT_FOUND = new EdgeException(ErrorCode.NOT_FOUND, "no such model");

    private final SimulatedDisk disk = new SimulatedDisk();
    private final SimulatedClient client = new SimulatedClient(
            1,
            (model, task) -> TrainResult.of(model("update", 1), 10),
            ReportingSettings.defaults().withNodeTelemetry(false),
            disk);

    @BeforeEach
    void start() {
        client.combiner.addModel("m", 0);
        client.start();
        client.combiner.deliver(train("t", "m"));
    }

    @AfterEach
    void close() {
        disk.close();
    }

    private TaskReport end() {
        client.runUntilDone("t");
        return client.combiner.doneReports().get("t").get(0);
    }

    private List<String> setAside() {
        client.runFor(Duration.ofSeconds(5));
        return new IdentityRows(disk.store(client.env), "client-1")
                .load(Table.SET_ASIDE).stream().map(Row::value).toList();
    }

    @Test
    void anUpdateWhoseModelIsDamagedIsSetAsideAtOnce() {
        disk.openingModelsFails(new EdgeException(ErrorCode.DATA_LOSS, "The archive is damaged"));
        long before = client.env.nanos();

        assertThat(end().status()).isEqualTo("FAILED");
        assertThat(Duration.ofNanos(client.env.nanos() - before)).isLessThan(Duration.ofMinutes(1));
        assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).isEmpty();
        assertThat(setAside())
                .singleElement()
                .asString()
                .contains("the trained model update cannot be read from the state directory: The archive is damaged");
        assertThat(disk.pinned()).isZero();
    }

    @Test
    void anUpdateWhoseModelCannotBeReadForAWhileIsSentLater() {
        disk.openingModelsFails(new EdgeException(ErrorCode.IO, "Input/output error"));
        client.runUntil(() -> client.env.callbacks() == 1);
        client.runFor(Duration.ofMinutes(1));
        assertThat(client.combiner.doneReports()).isEmpty();
        disk.openingModelsFails(null);

        assertThat(end().status()).isEqualTo("COMPLETED");
        assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).hasSize(1);
    }

    @Test
    void anUpdateWhoseModelFindsNoMemoryForAWhileIsSentLater() {
        disk.withoutMemoryForModels(true);
        client.runUntil(() -> client.env.callbacks() == 1);
        client.runFor(Duration.ofMinutes(1));
        assertThat(client.combiner.doneReports()).isEmpty();
        disk.withoutMemoryForModels(false);

        assertThat(end().status()).isEqualTo("COMPLETED");
        assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).hasSize(1);
    }

    @Test
    void aModelThatTheServerLosesTwiceIsUploadedThreeTimes() {
        client.combiner.failNext("ModelUpdate", NOT_FOUND);
        client.combiner.failNext("ModelUpdate", NOT_FOUND);

        assertThat(end().status()).isEqualTo("COMPLETED");
        assertThat(client.combiner.calls("→ upload")).isEqualTo(3);
    }

    @Test
    void anUpdateWhoseModelTheServerKeepsLosingIsSetAside() {
        for (int i = 0; i < 20; i++) {
            client.combiner.failNext("ModelUpdate", NOT_FOUND);
        }

        TaskReport end = end();
        assertThat(end.status()).isEqualTo("FAILED");
        assertThat(end.response()).contains("the server has lost the model 3 times after it was uploaded");
        assertThat(client.combiner.calls("→ upload")).isEqualTo(3);
        assertThat(setAside())
                .singleElement()
                .asString()
                .contains("the server has lost the model 3 times after it was uploaded: no such model");
        assertThat(disk.pinned()).isZero();
    }
}
