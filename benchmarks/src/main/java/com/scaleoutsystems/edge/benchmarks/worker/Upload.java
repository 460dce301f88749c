package com.scaleoutsystems.edge.benchmarks.worker;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.nio.file.Path;

/** Sends a model whose digest is known. */
public final class Upload {
    private Upload() {}

    public static void main(String[] commandLine) throws Exception {
        Arguments arguments = Arguments.parse(commandLine);
        try (EdgeClient client = EdgeTransfers.open(arguments)) {
            Measured.run(arguments, (input, watch, told) -> {
                try (ScaleoutModel model = ScaleoutModel.fromFile(Path.of(input))) {
                    String known = model.checksum();
                    watch.start();
                    client.sendModelToCombiner(model);
                    watch.stop();
                    if (known.isEmpty()) {
                        throw new IllegalStateException("There is no digest");
                    }
                }
            });
        }
    }
}
