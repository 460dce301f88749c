package com.example.boot;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import jakarta.annotation.PreDestroy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The machine whose data stay here: a model moves half of the way to the number that the machine knows. */
@Component
class Press {

    private static final Logger LOG = LoggerFactory.getLogger(Press.class);
    private static final float NUMBER = 42;

    private volatile boolean open = true;

    ScaleoutModel improve(ScaleoutModel model) {
        requireOpen();
        float[] numbers = numbers(model);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (numbers[i] + NUMBER) / 2;
        }
        LOG.info("trained: {}", numbers[0]);
        return ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(numbers, numbers.length)));
    }

    double distance(ScaleoutModel model) {
        requireOpen();
        return Math.abs(NUMBER - numbers(model)[0]);
    }

    int examples() {
        return 100;
    }

    @PreDestroy
    void close() {
        open = false;
        LOG.info("the press is closed");
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("the press is closed already");
        }
    }

    private static float[] numbers(ScaleoutModel model) {
        return model.modelParameters().get(0).toFloats().clone();
    }
}
