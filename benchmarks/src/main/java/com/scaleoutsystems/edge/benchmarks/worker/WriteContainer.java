package com.scaleoutsystems.edge.benchmarks.worker;

import com.scaleoutsystems.edge.benchmarks.TestModels;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.nio.file.Path;
import java.util.List;

/** Makes a container from arrays and asks for its digest. */
public final class WriteContainer {
    private WriteContainer() {}

    public static void main(String[] arguments) throws Exception {
        Measured.run(Arguments.parse(arguments), (input, watch, told) -> {
            List<float[]> arrays = TestModels.read(Path.of(input));
            watch.start();
            try (ScaleoutModel model = ScaleoutModel.fromModelParameters(TestModels.parameters(arrays))) {
                String checksum = model.checksum();
                watch.stop();
                if (checksum.length() != 64) {
                    throw new IllegalStateException("There is no digest");
                }
            }
        });
    }
}
