package com.scaleoutsystems.edge.benchmarks.worker;

import com.scaleoutsystems.edge.model.ScaleoutModel;

/** Fetches a model: verified, and in a file. */
public final class Download {
    private Download() {}

    public static void main(String[] commandLine) throws Exception {
        Arguments arguments = Arguments.parse(commandLine);
        try (EdgeTransfers transfers = new EdgeTransfers(arguments.text("host"), arguments.number("port"))) {
            Measured.run(arguments, (input, watch, told) -> {
                watch.start();
                try (ScaleoutModel model = transfers.download(input)) {
                    watch.stop();
                    if (model.file().isEmpty()) {
                        throw new IllegalStateException("The model is not in a file");
                    }
                }
            });
        }
        System.exit(0);
    }
}
