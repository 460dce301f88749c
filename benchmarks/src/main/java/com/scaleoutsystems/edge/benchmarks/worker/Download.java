package com.scaleoutsystems.edge.benchmarks.worker;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.model.ScaleoutModel;

/** Fetches a model: verified, and in a file. */
public final class Download {
    private Download() {}

    public static void main(String[] commandLine) throws Exception {
        Arguments arguments = Arguments.parse(commandLine);
        try (EdgeClient client = EdgeTransfers.open(arguments)) {
            Measured.run(arguments, (input, watch, told) -> {
                watch.start();
                try (ScaleoutModel model = client.getModelFromCombiner(input)) {
                    watch.stop();
                    if (model.file().isEmpty()) {
                        throw new IllegalStateException("The model is not in a file");
                    }
                }
            });
        }
    }
}
