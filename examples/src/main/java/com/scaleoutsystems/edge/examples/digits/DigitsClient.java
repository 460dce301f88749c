package com.scaleoutsystems.edge.examples.digits;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.examples.digits.Network.Evaluation;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** One participant: its images never leave it, only the weights that it has trained on them do. */
final class DigitsClient {

    private final Examples own;

    private DigitsClient(Examples own) {
        this.own = own;
    }

    /**
     * Builds a client; it joins when it is started.
     *
     * @param api the network's API
     * @param number tells the clients apart, from 1
     * @param own the images that this client holds
     * @param pollInterval how often it asks for tasks
     */
    static EdgeClient build(URI api, int number, Examples own, Duration pollInterval) {
        DigitsClient digits = new DigitsClient(own);
        return EdgeClient.builder()
                .api(api)
                .clientId("client-%04d".formatted(number))
                .name("digits-" + number)
                .stateless()
                .pollInterval(pollInterval)
                .onTrain(digits::train)
                .onValidate(digits::validate)
                .build();
    }

    private TrainResult train(ScaleoutModel model, TaskContext task) {
        int round = Integer.parseInt(task.request().roundId());
        Weights start = Weights.of(model.modelParameters());
        Weights trained = LocalTraining.train(start, own, round, task::checkAbort);
        double loss = new Network(trained).evaluate(own).loss();
        task.logMetric(Map.of("training_loss", loss));
        return TrainResult.of(ScaleoutModel.fromModelParameters(trained.toParameters()), own.size())
                .withTrainingMetadata("loss", loss);
    }

    private Map<String, Double> validate(ScaleoutModel model, TaskContext task) {
        Evaluation evaluation = new Network(Weights.of(model.modelParameters())).evaluate(own);
        return Map.of("accuracy", evaluation.accuracy(), "loss", evaluation.loss());
    }
}
