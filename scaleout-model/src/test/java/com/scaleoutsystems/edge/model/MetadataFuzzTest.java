package com.scaleoutsystems.edge.model;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.zip.ZipBuilder;

/** The input is the metadata; the container around it is sound, so that checksums do not shield it. */
class MetadataFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void metadata(byte[] input) {
        Fuzzing.run(() -> {
            ZipBuilder zip = new ZipBuilder();
            zip.addStored("training_model.bin", ModelParameters.of().toNumberedNpz());
            zip.addStored("metadata.json", Bytes.of(input));
            try (ScaleoutModel model =
                            ScaleoutModel.fromStream(zip.build().bytes().openStream(), Fuzzing.settings());
                    ScaleoutModel copy = model.withModelId("copy")) {
                copy.metadata();
                copy.helperType();
                copy.inferenceModelFormat();
                copy.modelParameters();
            }
        });
    }
}
