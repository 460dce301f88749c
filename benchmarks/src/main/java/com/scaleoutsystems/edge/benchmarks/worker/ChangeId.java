package com.scaleoutsystems.edge.benchmarks.worker;

import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.nio.file.Path;
import java.util.UUID;

/** Gives a model another id and asks for the digest of the result, as before each upload of an update. */
public final class ChangeId {
    private ChangeId() {}

    public static void main(String[] arguments) throws Exception {
        Measured.run(Arguments.parse(arguments), (input, watch, told) -> {
            try (ScaleoutModel model = ScaleoutModel.fromFile(Path.of(input))) {
                // A model that was made here or has arrived has its digest already.
                String before = model.checksum();
                String id = UUID.randomUUID().toString();
                watch.start();
                try (ScaleoutModel changed = model.withModelId(id)) {
                    String after = changed.checksum();
                    watch.stop();
                    if (after.equals(before) || !changed.modelId().equals(id)) {
                        throw new IllegalStateException("The id was not changed");
                    }
                }
            }
        });
    }
}
