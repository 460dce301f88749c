package com.scaleoutsystems.edge.client.sandbox;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import java.time.Duration;
import java.util.Map;

/** Clients for tests over real sockets. */
final class SandboxClients {

    /** No wait in these tests is longer than this, unless something is broken. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private SandboxClients() {}

    static ScaleoutModel model(float... values) {
        return ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(values, values.length)));
    }

    /** A builder with an id and short waits. */
    static EdgeClientBuilder client(Sandbox sandbox, String id) {
        return EdgeClient.builder()
                .api(sandbox.restUri())
                .clientId(id)
                .name("name of " + id)
                .stateless()
                .pollInterval(Duration.ofMillis(50))
                .connectRetry(quickRetry());
    }

    static RetryPolicy quickRetry() {
        return RetryPolicy.defaults().withFirstDelay(Duration.ofMillis(20)).withMaxDelay(Duration.ofMillis(50));
    }

    /** Adds 1 to every parameter. */
    static ScaleoutModel plusOne(ScaleoutModel model) {
        float[] values = model.modelParameters().get(0).toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i]++;
        }
        return model(values);
    }

    /** A client whose training adds 1 to every parameter and whose validation tells the first one. */
    static EdgeClientBuilder adding(Sandbox sandbox, String id, long examples) {
        return client(sandbox, id)
                .onTrain((model, task) -> TrainResult.of(plusOne(model), examples))
                .onValidate((model, task) ->
                        Map.of("first", model.modelParameters().get(0).toFloats()[0]));
    }
}
