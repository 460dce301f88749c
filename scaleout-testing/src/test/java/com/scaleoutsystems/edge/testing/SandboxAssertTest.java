package com.scaleoutsystems.edge.testing;

import static com.example.training.MeanTraining.parameters;
import static com.scaleoutsystems.edge.testing.EdgeAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.example.training.MeanTraining;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the assertions find in a sandbox, and what they say if it is not there. */
@EdgeTest
@Timeout(120)
class SandboxAssertTest {

    private static final Duration SOON = Duration.ofMillis(50);

    private static void fails(Runnable assertion, String message) {
        assertThatThrownBy(assertion::run).isInstanceOf(AssertionError.class).hasMessageContaining(message);
    }

    @Test
    void aSessionIsSeen(Sandbox sandbox, EdgeClients clients) {
        clients.start(builder -> builder.onTrain((model, task) -> {
                    task.logAttributes(Map.of("site", "north"));
                    task.sendStatus("half way");
                    return new MeanTraining(2, 6).train(model, task);
                })
                .onValidate((model, task) -> Map.of("accuracy", 1)));
        String model = sandbox.addModel(ScaleoutModel.fromModelParameters(parameters(0)));

        sandbox.runSession(SessionPlan.of(2, 1).withModel(model));

        assertThat(sandbox)
                .hasRound(1)
                .hasRound(2)
                .hasModelUpdates(2)
                .hasMetric("distance")
                .hasMetric("distance", 2)
                .hasValidation("accuracy")
                .hasTelemetry("numbers")
                .hasAttribute("site")
                .hasStatus("half way");
        SandboxAssert soon = assertThat(sandbox).within(SOON);
        fails(() -> soon.hasRound(3), "a model update of round 3, and it has not: there is [1, 2]");
        fails(() -> soon.hasModelUpdates(1), "Expected 1 model updates, and the sandbox has 2");
        fails(() -> soon.hasModelUpdates(3), "3 model updates");
        fails(() -> soon.hasMetric("loss"), "the metric loss, and it has not: there is [[distance], [distance]]");
        fails(() -> soon.hasMetric("distance", 3), "the metric distance in round 3");
        fails(() -> soon.hasValidation("loss"), "a validation with loss, and it has not: there is [[accuracy]");
        fails(() -> soon.hasTelemetry("battery"), "telemetry of battery");
        fails(() -> soon.hasAttribute("battery"), "the attribute battery, and it has not: there is [site");
        fails(() -> soon.hasStatus("done for"), "half way");
        sandbox.close();
        assertThat(sandbox).hasRound(2);
        fails(() -> assertThat(sandbox).hasRound(3), "a model update of round 3");
    }

    @Test
    void theEndOfATaskIsSeen(Sandbox sandbox, EdgeClients clients) {
        clients.start(builder -> builder.onCustom("echo", (parameters, task) -> parameters)
                .onCustom("fail", (parameters, task) -> {
                    throw new IllegalStateException("no data");
                })
                .onCustom("wait", (parameters, task) -> {
                    CountDownLatch aborted = new CountDownLatch(1);
                    task.onAbort(aborted::countDown);
                    aborted.await();
                    task.checkAbort();
                    return null;
                }));
        String echo =
                sandbox.submit(TaskSpec.of("Custom_echo", "client-1").withData(Map.of("parameters", Map.of("a", 1))));
        String failing = sandbox.submit(TaskSpec.of("Custom_fail", "client-1"));
        String waiting = sandbox.submit(TaskSpec.of("Custom_wait", "client-1"));

        assertThat(sandbox).task(echo).isCompleted().hasAnswer(Map.of("a", 1));
        assertThat(sandbox).task(failing).failedWith("IllegalStateException: no data");
        fails(() -> assertThat(sandbox).within(SOON).task(waiting), "the end of task " + waiting);
        sandbox.interrupt(waiting);
        assertThat(sandbox).task(waiting).isAborted();
        fails(() -> assertThat(sandbox).task(echo).failedWith("x"), "to end as FAILED, and it ended as COMPLETED");
        fails(() -> assertThat(sandbox).task(echo).hasAnswer("other"), "to be other, and it is {a=1}");
        fails(() -> assertThat(sandbox).task(failing).isCompleted(), "ended as FAILED IllegalStateException: no data");
        fails(() -> assertThat(sandbox).task(failing).failedWith("no disk"), "the reason is \"IllegalStateException");
        fails(() -> assertThat(sandbox).task(failing).isAborted(), "to end as INTERRUPTED");
    }
}
