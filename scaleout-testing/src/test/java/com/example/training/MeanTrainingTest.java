package com.example.training;

import static com.example.training.MeanTraining.parameters;
import static com.scaleoutsystems.edge.testing.EdgeAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import com.scaleoutsystems.edge.testing.EdgeClients;
import com.scaleoutsystems.edge.testing.EdgeTest;
import com.scaleoutsystems.edge.testing.TaskRun;
import com.scaleoutsystems.edge.testing.TaskRunResult;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeanTrainingTest {

    private final MeanTraining training = new MeanTraining(2, 6);

    @Test
    void aTrainingGivesTheExpectedParameters() {
        TaskRunResult result = TaskRun.train(training::train)
                .model(parameters(0))
                .settings(Map.of("steps", 2))
                .run();

        assertThat(result).isCompleted().hasParametersToAverage().hasParameters(parameters(3));
        assertThat(result.trainingMetadata()).containsEntry("num_examples", 2);
    }

    @Test
    void anAbortEndsIt() {
        TaskRunResult result = TaskRun.train(training::train)
                .model(parameters(0))
                .settings(Map.of("steps", 1_000_000))
                .abortAtCheck(3)
                .run();

        assertThat(result).isAborted(AbortReason.SERVER_REQUEST);
        assertThat(result.progress()).hasSize(2);
    }

    @Test
    void aFailingCallbackIsToldFailedWithItsReason() {
        TaskRunResult result =
                TaskRun.train(new MeanTraining()::train).model(parameters(0)).run();

        assertThat(result).failedWith("there are no numbers to train on");
    }

    @Test
    void metricsAndTelemetryArrive() {
        TaskRunResult result = TaskRun.train(training::train)
                .model(parameters(0))
                .settings(Map.of("steps", 2))
                .run();

        assertThat(result.metric("distance")).containsExactly(2f, 1f);
        assertThat(result).hasTelemetry("numbers");
    }

    @Test
    @EdgeTest
    void aRoundThroughTheSandbox(Sandbox sandbox, EdgeClients clients) {
        clients.start(builder -> builder.onTrain(training::train));
        clients.start(builder -> builder.onTrain(new MeanTraining(10)::train));
        String start = sandbox.addModel(ScaleoutModel.fromModelParameters(parameters(0)));

        SessionResult session =
                sandbox.runSession(SessionPlan.of(2, 2).withModel(start).withoutValidation());

        assertThat(sandbox).hasRound(2).hasModelUpdates(4).hasMetric("distance");
        try (ScaleoutModel averaged = sandbox.model(session.modelId())) {
            assertThat(averaged.modelParameters()).isEqualTo(parameters(4.5f));
        }
    }
}
