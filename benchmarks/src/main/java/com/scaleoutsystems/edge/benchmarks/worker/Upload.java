package com.scaleoutsystems.edge.benchmarks.worker;

import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.nio.file.Path;

/** Sends a model whose digest is known. */
public final class Upload {
    private Upload() {}

    public static void main(String[] commandLine) throws Exception {
        Arguments arguments = Arguments.parse(commandLine);
        try (EdgeTransfers transfers = new EdgeTransfers(arguments.text("host"), arguments.number("port"))) {
            Measured.run(arguments, (input, watch, told) -> {
                try (ScaleoutModel model = ScaleoutModel.fromFile(Path.of(input))) {
                    String known = model.checksum();
                    watch.start();
                    transfers.upload(model);
                    watch.stop();
                    if (known.isEmpty()) {
                        throw new IllegalStateException("There is no digest");
                    }
                }
            });
        }
        System.exit(0);
    }
}
