package com.scaleoutsystems.edge.examples;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.SessionPlan;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Learns the slope of a line from three points. Give it the URL of a network's API, or nothing to try it on a sandbox. */
public final class HelloEdge {

    private static final float[] X = {1, 2, 3};
    private static final float[] Y = {2, 4, 6};

    private HelloEdge() {}

    /**
     * Joins, and trains whenever the network asks for it.
     *
     * @param arguments the API's URL, or nothing
     */
    public static void main(String[] arguments) {
        if (arguments.length > 0) {
            try (EdgeClient client = join(URI.create(arguments[0]))) {
                client.run();
            }
            return;
        }
        try (Sandbox sandbox = Sandbox.builder().seedModel(model(0)).start();
                EdgeClient client = join(sandbox.restUri())) {
            client.start();
            String modelId = sandbox.runSession(SessionPlan.of(10, 1)).modelId();
            try (ScaleoutModel learned = sandbox.model(modelId)) {
                System.out.println("The slope is " + slope(learned));
            }
        }
    }

    private static EdgeClient join(URI api) {
        return EdgeClient.builder()
                .api(api)
                .name("hello")
                .stateless()
                .pollInterval(Duration.ofMillis(100))
                .onTrain((model, task) -> TrainResult.of(model(train(slope(model))), X.length))
                .onValidate((model, task) -> Map.of("loss", loss(slope(model))))
                .build();
    }

    private static float train(float slope) {
        for (int step = 0; step < 50; step++) {
            slope -= 0.01f * X[step % 3] * (slope * X[step % 3] - Y[step % 3]);
        }
        return slope;
    }

    private static float loss(float slope) {
        float loss = 0;
        for (int i = 0; i < X.length; i++) {
            loss += (slope * X[i] - Y[i]) * (slope * X[i] - Y[i]);
        }
        return loss / X.length;
    }

    private static ScaleoutModel model(float slope) {
        return ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.scalar(slope)));
    }

    private static float slope(ScaleoutModel model) {
        return model.modelParameters().get(0).toFloats()[0];
    }
}
