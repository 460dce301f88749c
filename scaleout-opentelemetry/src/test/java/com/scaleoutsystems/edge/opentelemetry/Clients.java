package com.scaleoutsystems.edge.opentelemetry;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;

/** Clients whose training adds one, and a part of OpenTelemetry that always throws. */
final class Clients {

    private Clients() {}

    static EdgeClientBuilder adding(Sandbox sandbox) {
        return EdgeClient.builder()
                .api(sandbox.restUri())
                .stateless()
                .pollInterval(Duration.ofMillis(50))
                .onTrain((model, task) -> TrainResult.of(model(number(model) + 1), 1))
                .onValidate((model, task) -> Map.of("number", number(model)));
    }

    static ScaleoutModel model(float number) {
        return ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(new float[] {number}, 1)));
    }

    static float number(ScaleoutModel model) {
        return model.modelParameters().get(0).toFloats()[0];
    }

    /** Each method throws. */
    static <T> T broken(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    throw new IllegalStateException("no " + method.getName() + " today");
                }));
    }
}
