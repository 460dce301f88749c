package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;

class ContainerFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void container(byte[] input) {
        read(input);
        Fuzzing.repaired(input).ifPresent(ContainerFuzzTest::read);
    }

    private static void read(byte[] input) {
        Fuzzing.run(() -> {
            try (ScaleoutModel model = ScaleoutModel.fromStream(new ByteArrayInputStream(input), Fuzzing.settings());
                    ScaleoutModel renamed = model.withModelId("renamed")) {
                model.fileNames().forEach(name -> Vectors.readAll(model.openFile(name)));
                if (model.hasInferenceModel()) {
                    Vectors.readAll(model.openInferenceModel());
                }
                ModelParameters parameters = model.modelParameters();
                Fuzzing.readAll(parameters);
                assertThat(renamed.modelParameters()).isEqualTo(parameters);
                assertThat(renamed.checksum()).isEqualTo(Vectors.sha256(Vectors.readAll(renamed.openStream())));
                try (ScaleoutModel copy = ScaleoutModel.fromStream(renamed.openStream())) {
                    assertThat(copy.isContainer()).isEqualTo(model.isContainer());
                    assertThat(copy.modelParameters()).isEqualTo(parameters);
                }
            }
        });
    }
}
