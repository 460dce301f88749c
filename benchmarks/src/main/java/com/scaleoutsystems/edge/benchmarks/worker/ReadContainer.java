package com.scaleoutsystems.edge.benchmarks.worker;

import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opens a container, checks it and copies every element into arrays. */
public final class ReadContainer {
    private ReadContainer() {}

    public static void main(String[] arguments) throws Exception {
        Measured.run(Arguments.parse(arguments), (input, watch, told) -> {
            List<float[]> arrays = new ArrayList<>();
            watch.start();
            try (ScaleoutModel model = ScaleoutModel.fromFile(Path.of(input))) {
                for (Tensor tensor : model.modelParameters()) {
                    arrays.add(tensor.toFloats());
                }
            }
            watch.stop();
            if (arrays.isEmpty()) {
                throw new IllegalStateException("The model has no parameters");
            }
        });
    }
}
