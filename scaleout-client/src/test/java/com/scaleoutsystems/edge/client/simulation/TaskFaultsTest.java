package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.stop;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.task;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Callbacks that fail, and aborts before, while and after a callback runs, in virtual time. */
class TaskFaultsTest {

    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Callbacks callbacks = new Callbacks();
    private final List<String> ran = new ArrayList<>();
    private Throwable thrown = new IllegalStateException("not set");
    private boolean ignoresAborts;

    private SimulatedClient client() {
        callbacks.train((model, task) -> {
            run(task);
            return TrainResult.of(model("update-of-" + task.request().correlationId(), 1), 10);
        });
        callbacks.validate((model, task) -> run(task));
        callbacks.predict((model, task) -> run(task));
        callbacks.inference((model, task) -> run(task));
        callbacks.custom("c", (parameters, task) -> run(task));
        SimulatedClient client = new SimulatedClient(callbacks, Slots.settings().withAbortGrace(GRACE), 1);
        client.combiner.addModel("m", 0);
        client.start();
        return client;
    }

    private Map<String, Object> run(TaskContext task) throws Exception {
        ran.add(task.request().correlationId());
        if (task.request().correlationId().startsWith("bad")) {
            throwIt();
        }
        if (!ignoresAborts) {
            task.checkAbort();
        }
        return Map.of("value", 1);
    }

    private void throwIt() throws Exception {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (Exception) thrown;
    }

    private static TaskRequest request(String id, TaskKind kind) {
        return switch (kind) {
            case TRAIN -> train(id, "m");
            case VALIDATE -> task(id, "Scaleout_Validation", "m");
            case PREDICT -> task(id, "Scaleout_Prediction", "m");
            case INFERENCE -> task(id, "Scaleout_Inference", "m");
            case CUSTOM -> task(id, "Custom_c", "");
            case STAGE -> throw new AssertionError("has no callback");
        };
    }

    private static List<String> ends(SimulatedClient client, String task) {
        return client.combiner.doneReports().get(task).stream()
                .map(TaskReport::status)
                .toList();
    }

    private static void slotsAreFree(SimulatedClient client, TaskKind kind) {
        Slots.areFree(client, kind == TaskKind.CUSTOM ? 4 : 1, id -> request(id, kind));
    }

    static Stream<Arguments> kindsAndThrowables() {
        return Stream.of(TaskKind.values())
                .filter(kind -> kind != TaskKind.STAGE)
                .flatMap(kind -> Stream.of(
                                new IOException("checked"),
                                new IllegalStateException("unchecked"),
                                new StackOverflowError("error"))
                        .map(throwable -> Arguments.of(kind, throwable)));
    }

    @ParameterizedTest
    @MethodSource("kindsAndThrowables")
    void whateverACallbackThrowsItsTaskIsToldFailedOnceAndNoOther(TaskKind kind, Throwable throwable) {
        thrown = throwable;
        SimulatedClient client = client();
        client.combiner.deliver(request("before", kind));
        client.combiner.deliver(request("bad", kind));
        client.combiner.deliver(request("after", kind));
        client.combiner.deliver(request("other", kind == TaskKind.CUSTOM ? TaskKind.TRAIN : TaskKind.CUSTOM));
        Stream.of("before", "bad", "after", "other").forEach(client::runUntilDone);
        client.runFor(Duration.ofMinutes(2));

        assertThat(ends(client, "bad")).containsExactly("FAILED");
        assertThat(client.combiner.doneReports().get("bad").get(0).response())
                .contains(throwable.getClass().getSimpleName() + ": " + throwable.getMessage());
        for (String good : List.of("before", "after", "other")) {
            assertThat(ends(client, good)).as(good).containsExactly("COMPLETED");
        }
        assertThat(ran).containsExactlyInAnyOrder("before", "bad", "after", "other");
        slotsAreFree(client, kind);
    }

    private enum Moment {
        WAITING,
        FETCHING,
        RUNNING,
        ENDED
    }

    static Stream<Arguments> kindsAndMoments() {
        return Stream.of(TaskKind.values())
                .filter(kind -> kind != TaskKind.STAGE)
                .flatMap(kind -> Stream.of(Moment.values()).map(moment -> Arguments.of(kind, moment)));
    }

    /** A task that waits or fetches its model never runs; one that runs is told INTERRUPTED; one that has ended keeps its end. */
    @ParameterizedTest
    @MethodSource("kindsAndMoments")
    void anAbortAtAnyMomentGivesOneEnd(TaskKind kind, Moment moment) {
        SimulatedClient client = client();
        boolean many = kind == TaskKind.CUSTOM && moment == Moment.WAITING;
        for (int i = 0; i < (many ? 4 : 1); i++) {
            client.combiner.deliver(request("first" + i, kind));
        }
        String aborted = moment == Moment.WAITING ? "t" : "first0";
        client.combiner.deliver(request("t", kind));
        switch (moment) {
            case WAITING -> client.runUntil(() -> client.env.callbacks() == (many ? 4 : 1));
            case FETCHING -> {
                client.combiner.silence("download");
                client.runUntil(() -> client.combiner.wasDelivered("first0"));
                client.runFor(Duration.ofSeconds(1));
            }
            case RUNNING -> client.runUntil(() -> client.env.callbacks() > 0);
            case ENDED -> client.runUntilDone("first0");
        }
        client.combiner.deliver(stop(aborted, "INTERRUPTED"));
        if (moment == Moment.FETCHING) {
            client.runUntilDone("first0");
            client.combiner.silence("nothing");
        }
        client.runUntilDone("first0");
        client.runUntilDone("t");
        client.runFor(Duration.ofMinutes(2));

        if (moment == Moment.ENDED) {
            assertThat(ends(client, aborted)).containsExactly("COMPLETED", "COMPLETED");
        } else {
            assertThat(ends(client, aborted)).containsExactly("INTERRUPTED");
        }
        assertThat(ends(client, moment == Moment.WAITING ? "first0" : "t")).containsExactly("COMPLETED");
        if (moment == Moment.WAITING || (moment == Moment.FETCHING && kind != TaskKind.CUSTOM)) {
            assertThat(ran).doesNotContain(aborted);
        }
        slotsAreFree(client, kind);
    }

    /** The client tells the end after two graces. The callback returns later, and its result changes nothing. */
    @ParameterizedTest
    @EnumSource(value = TaskKind.class, names = "STAGE", mode = EnumSource.Mode.EXCLUDE)
    void aCallbackThatIgnoresItsAbortAndReturnsLateGivesItsPlaceBackOnce(TaskKind kind) {
        ignoresAborts = true;
        SimulatedClient client = client();
        client.combiner.deliver(request("t", kind));
        client.combiner.deliver(request("next", kind));
        client.runUntil(() -> client.env.callbacks() > 0);
        client.combiner.deliver(stop("t", "TIMEOUT"));
        client.runUntilDone("t");
        assertThat(ran).as("told while the callback still runs").doesNotContain("t");
        client.runUntilDone("next");
        client.runFor(Duration.ofMinutes(2));

        assertThat(ran).containsExactlyInAnyOrder("t", "next");
        assertThat(ends(client, "t")).containsExactly("INTERRUPTED");
        assertThat(ends(client, "next")).containsExactly("COMPLETED");
        assertThat(client.env.interrupts()).hasSize(1);
        slotsAreFree(client, kind);
    }
}
