package com.scaleoutsystems.edge.examples;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import java.time.Duration;
import java.util.Map;

/** A federation learns a number that only its client knows. */
public final class HelloEdge {

    private static final float SECRET = 42;

    public static void main(String[] arguments) {
        try (Sandbox sandbox = Sandbox.builder().seedModel(model(0)).start();
                EdgeClient client = EdgeClient.builder()
                        .api(sandbox.restUri())
                        .name("hello")
                        .stateless()
                        .pollInterval(Duration.ofMillis(100)) // the sandbox is on this machine; the default is 5 s
                        .closeOnShutdown() // after Ctrl-C and SIGTERM, too, the client ends its tasks and says goodbye
                        .onTrain((model, task) -> TrainResult.of(model((number(model) + SECRET) / 2), 1))
                        .onValidate((model, task) -> distance(number(model)))
                        .build()) {
            client.start();
            String modelId = sandbox.runSession(SessionPlan.of(10, 1)).modelId(); // 10 rounds, 1 client
            try (ScaleoutModel result = sandbox.model(modelId)) {
                System.out.println("The number is about " + number(result));
            }
        }
    }

    private static Map<String, Object> distance(float number) {
        System.out.println("The number may be " + number);
        return Map.of("distance", Math.abs(SECRET - number));
    }

    private static ScaleoutModel model(float number) {
        return ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(new float[] {number}, 1)));
    }

    private static float number(ScaleoutModel model) {
        return model.modelParameters().get(0).toFloats()[0];
    }
}
