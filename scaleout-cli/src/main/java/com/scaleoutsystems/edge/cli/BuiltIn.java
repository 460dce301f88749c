package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.util.Map;
import java.util.Optional;

/** Callbacks that need no code of the user's. */
enum BuiltIn {
    /** Adds 1 to every floating-point parameter; validates, predicts and infers the mean of all parameters. */
    ADD_ONE("add-one") {
        @Override
        ScaleoutModel train(ScaleoutModel model) {
            ModelParameters parameters = model.modelParameters();
            ModelParameters trained =
                    ModelParameters.of(parameters.stream().map(BuiltIn::addOne).toList());
            return model.toBuilder()
                    .trainingModel(parameters.isNamed() ? trained.withNames(parameters.names()) : trained)
                    .build();
        }

        @Override
        Map<String, Object> judge(ScaleoutModel model) {
            return Map.of("mean", mean(model.modelParameters()));
        }
    },

    /** Gives the model back as it came, and has nothing to say of it. */
    NOOP("noop") {
        @Override
        ScaleoutModel train(ScaleoutModel model) {
            return model.share();
        }

        @Override
        Map<String, Object> judge(ScaleoutModel model) {
            return Map.of();
        }
    };

    private static final int NUM_EXAMPLES = 10;
    private static final int BLOCK = 1 << 16;

    private final String commandName;

    BuiltIn(String commandName) {
        this.commandName = commandName;
    }

    abstract ScaleoutModel train(ScaleoutModel model);

    /** What is said of a model in validation, prediction and inference. */
    abstract Map<String, Object> judge(ScaleoutModel model);

    /**
     * Runs a client's tasks.
     *
     * @param log logs while a train task runs, if there is one
     */
    void serve(EdgeClientBuilder client, Optional<RateLog> log) {
        client.onTrain((model, task) -> TrainResult.of(
                        log.isPresent() ? log.get().during(task, () -> train(model)) : train(model), NUM_EXAMPLES))
                .onValidate((model, task) -> judge(model))
                .onPredict((model, task) -> judge(model))
                .onInference((model, task) -> judge(model))
                .onOtherCustom((parameters, task) -> parameters);
    }

    /** The name as the command line has it. */
    @Override
    public String toString() {
        return commandName;
    }

    private static Tensor addOne(Tensor tensor) {
        return tensor.dataType().isFloatingPoint() ? tensor.map(value -> value + 1) : tensor;
    }

    /** The mean of all elements of all tensors; 0 if there are none. */
    static double mean(ModelParameters parameters) {
        double sum = 0;
        long count = 0;
        for (Tensor tensor : parameters) {
            for (long from = 0; from < tensor.elementCount(); from += BLOCK) {
                int size = (int) Math.min(BLOCK, tensor.elementCount() - from);
                for (double value : Tensor.of(tensor.dataType(), tensor.toBuffer(from, size))
                        .toDoubles()) {
                    sum += value;
                }
            }
            count += tensor.elementCount();
        }
        return count == 0 ? 0 : sum / count;
    }
}
