package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.stop;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An abort bites whatever the task and the reason are, in virtual time. */
class AbortTest {

    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final Duration TIME_LIMIT = Duration.ofSeconds(3);

    private final Callbacks callbacks = new Callbacks();
    private final List<AbortReason> seen = new ArrayList<>();

    private SimulatedClient client(TaskSettings settings) {
        callbacks.train((model, task) -> {
            look(task);
            return TrainResult.of(model("u", 1), 1);
        });
        callbacks.validate((model, task) -> look(task));
        callbacks.predict((model, task) -> look(task));
        callbacks.inference((model, task) -> look(task));
        callbacks.custom("c", (parameters, task) -> look(task));
        SimulatedClient client = new SimulatedClient(callbacks, settings.withAbortGrace(GRACE), 1);
        client.combiner.addModel("m", 0);
        client.start();
        return client;
    }

    private Map<String, Object> look(TaskContext task) {
        task.abortReason().ifPresent(seen::add);
        return Map.of("value", 1);
    }

    private static TaskRequest request(String id, TaskKind kind) {
        return switch (kind) {
            case TRAIN -> task(id, "Scaleout_ModelUpdate", "m");
            case VALIDATE -> task(id, "Scaleout_Validation", "m");
            case PREDICT -> task(id, "Scaleout_Prediction", "m");
            case INFERENCE -> task(id, "Scaleout_Inference", "m");
            case STAGE -> task(id, "Scaleout_StageModel", "m");
            case CUSTOM -> task(id, "Custom_c", "");
        };
    }

    static Stream<Arguments> kindsAndReasons() {
        return Stream.of(TaskKind.values())
                .flatMap(kind -> Stream.of(AbortReason.values())
                        .filter(reason -> reason != AbortReason.HOST_REQUEST)
                        .map(reason -> Arguments.of(kind, reason)));
    }

    /** The callback takes longer than two graces: it is signalled, interrupted and given up, in this order. */
    @ParameterizedTest
    @MethodSource("kindsAndReasons")
    void aRunningCallbackOfAnyKindIsSignalledInterruptedAndToldInterrupted(TaskKind kind, AbortReason reason) {
        SimulatedClient client = client(
                reason == AbortReason.TIME_LIMIT
                        ? TaskSettings.defaults().withTimeLimit(kind, TIME_LIMIT)
                        : TaskSettings.defaults());
        client.combiner.deliver(request("t", kind));
        client.runUntil(() -> client.env.callbacks() == 1);
        Duration entered = Duration.ofNanos(client.env.nanos());
        switch (reason) {
            case SERVER_REQUEST -> client.combiner.deliver(stop("t", "INTERRUPTED"));
            case SERVER_TIMEOUT -> client.combiner.deliver(stop("t", "TIMEOUT"));
            case CLIENT_CLOSING -> client.runtime.close(Duration.ofMinutes(5));
            default -> assertThat(reason).isEqualTo(AbortReason.TIME_LIMIT);
        }

        client.runUntilDone("t");

        TaskReport report = client.combiner.doneReports().get("t").get(0);
        assertThat(report.status()).isEqualTo("INTERRUPTED");
        assertThat(report.response()).isEqualTo("{\"msg\": \"" + reason.message() + "\"}");
        assertThat(Duration.ofNanos(client.env.nanos()).minus(entered))
                .as("told while the callback still runs")
                .isLessThan(SimulatedClient.CALLBACK_TIME);
        assertThat(client.env.interrupts()).singleElement().satisfies(when -> {
            if (reason == AbortReason.TIME_LIMIT) {
                assertThat(when.minus(entered)).isEqualTo(TIME_LIMIT.plus(GRACE));
            }
        });
        client.runFor(Duration.ofMinutes(1));
        if (kind != TaskKind.STAGE) {
            assertThat(seen).containsExactly(reason);
        }
        assertThat(client.doneReports("t")).isEqualTo(1);
        assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).isEmpty();
        assertThat(client.combiner.records(RecordBody.Validation.class)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(TaskKind.class)
    void ofTwoTasksOfAnyKindOneIsStoppedBeforeAndOneAfterItRan(TaskKind kind) {
        SimulatedClient client = client(TaskSettings.defaults());
        for (int i = 0; i < 5; i++) {
            client.combiner.deliver(request("t" + i, kind));
        }
        client.combiner.deliver(stop("t4", "INTERRUPTED"));
        client.combiner.deliver(stop("unheard", "INTERRUPTED"));
        client.combiner.deliver(request("unheard", kind));

        for (int i = 0; i < 5; i++) {
            client.runUntilDone("t" + i);
        }
        client.combiner.deliver(stop("t0", "INTERRUPTED"));
        client.runUntil(() -> client.doneReports("t0") == 2);

        assertThat(client.combiner.doneReports().get("t0"))
                .extracting(TaskReport::status)
                .containsExactly("COMPLETED", "COMPLETED");
        assertThat(client.combiner.doneReports().get("t4"))
                .extracting(TaskReport::status)
                .containsExactly("INTERRUPTED");
        assertThat(client.combiner.doneReports().get("unheard"))
                .extracting(TaskReport::status)
                .containsOnly("INTERRUPTED");
        assertThat(client.env.callbacks()).isEqualTo(4);
    }
}
