package com.example.training;

import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.util.Map;

/** Moves one number towards the mean of the client's own numbers. */
public final class MeanTraining {

    private final float[] numbers;

    public MeanTraining(float... numbers) {
        this.numbers = numbers;
    }

    public TrainResult train(ScaleoutModel model, TaskContext task) {
        if (numbers.length == 0) {
            throw new IllegalStateException("there are no numbers to train on");
        }
        int steps = task.settings().get("steps") instanceof Number number ? number.intValue() : 1;
        float mean = mean();
        float value = model.modelParameters().get(0).toFloats()[0];
        for (int step = 1; step <= steps; step++) {
            task.checkAbort();
            value += (mean - value) / 2;
            task.logMetric(Map.of("distance", Math.abs(mean - value)));
            task.progress((double) step / steps);
        }
        task.logTelemetry("numbers", Map.of("count", numbers.length));
        return TrainResult.of(ScaleoutModel.fromModelParameters(parameters(value)), numbers.length);
    }

    private float mean() {
        float sum = 0;
        for (float number : numbers) {
            sum += number;
        }
        return sum / numbers.length;
    }

    public static ModelParameters parameters(float value) {
        return ModelParameters.of(Tensor.ofFloats(new float[] {value}, 1));
    }
}
