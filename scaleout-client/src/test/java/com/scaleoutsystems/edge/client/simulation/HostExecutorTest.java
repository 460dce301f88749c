package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.stop;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.CallbackThreads;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskKind;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Callbacks on an executor of the host's, which does what executors do, in virtual time. */
class HostExecutorTest {

    private final List<Runnable> queue = new ArrayList<>();
    private final List<String> trained = new ArrayList<>();
    private final List<ScaleoutModel> models = new ArrayList<>();
    private final List<Optional<TaskContext>> contexts = new ArrayList<>();
    private SimulatedClient client = client(queue::add);

    private SimulatedClient client(Executor executor) {
        Callbacks callbacks = new Callbacks();
        callbacks.train((model, task) -> {
            trained.add(task.request().correlationId());
            models.add(model);
            contexts.add(client.runtime.current().ofThisThread());
            return TrainResult.of(model("u-" + trained.size(), 1), 1);
        });
        SimulatedClient made = new SimulatedClient(
                callbacks,
                TaskSettings.defaults()
                        .withCallbackThreads(CallbackThreads.on(executor))
                        .withTimeLimit(TaskKind.TRAIN, Duration.ofMinutes(10)),
                1);
        made.combiner.addModel("m", 0);
        made.start();
        return made;
    }

    private void trainUntilItWaits(String task) {
        client.combiner.deliver(train(task, "m"));
        client.runUntil(() -> !queue.isEmpty());
    }

    private TaskReport end(String task) {
        client.runUntilDone(task);
        return client.combiner.doneReports().get(task).get(0);
    }

    @Test
    void callbackRunsWhereTheHostWantsItAndInItsContext() {
        trainUntilItWaits("t");
        client.runFor(Duration.ofMinutes(1));
        assertThat(trained).isEmpty();
        queue.remove(0).run();

        assertThat(contexts).singleElement().satisfies(task -> assertThat(task).isPresent());
        assertThat(client.runtime.current().ofThisThread()).isEmpty();
        assertThat(client.runtime.current().logging()).isEmpty();
        assertThat(end("t").status()).isEqualTo("COMPLETED");
    }

    @Test
    void abortOfACallbackThatWaitsForAThreadEndsItsTaskAtOnce() {
        trainUntilItWaits("t");
        client.combiner.deliver(stop("t", "INTERRUPTED"));

        assertThat(end("t").status()).isEqualTo("INTERRUPTED");
        assertThat(client.env.interrupts()).isEmpty();
        queue.remove(0).run();
        assertThat(trained).isEmpty();

        trainUntilItWaits("next");
        queue.remove(0).run();
        assertThat(end("next").status()).isEqualTo("COMPLETED");
    }

    @Test
    void timeLimitEndsACallbackThatWaitsForAThread() {
        trainUntilItWaits("t");
        client.runFor(Duration.ofMinutes(10).plusSeconds(2));

        assertThat(end("t").status()).isEqualTo("INTERRUPTED");
        assertThat(end("t").response()).contains("Time limit");
    }

    @Test
    void closeDoesNotWaitForACallbackThatWaitsForAThread() {
        trainUntilItWaits("t");
        long before = client.env.nanos();
        client.close(Duration.ofSeconds(10));

        assertThat(Duration.ofNanos(client.env.nanos() - before)).isLessThan(Duration.ofSeconds(2));
        assertThat(end("t").status()).isEqualTo("INTERRUPTED");
    }

    @Test
    void refusalOfTheExecutorFailsTheTaskAndFreesItsLane() {
        boolean[] refuses = {true};
        client = client(job -> {
            if (refuses[0]) {
                throw new RejectedExecutionException("the pool is full");
            }
            queue.add(job);
        });
        client.combiner.deliver(train("t", "m"));

        assertThat(end("t").status()).isEqualTo("FAILED");
        assertThat(end("t").response())
                .contains("no thread for the callback", "RejectedExecutionException", "pool is full");

        refuses[0] = false;
        trainUntilItWaits("next");
        queue.remove(0).run();
        assertThat(end("next").status()).isEqualTo("COMPLETED");
    }

    @Test
    void executorThatRunsACallbackAndThenThrowsHarmsNothing() {
        client = client(job -> {
            job.run();
            job.run();
            throw new IllegalStateException("too late");
        });
        client.combiner.deliver(train("t", "m"));

        assertThat(end("t").status()).isEqualTo("COMPLETED");
        assertThat(trained).containsExactly("t");
    }
}
