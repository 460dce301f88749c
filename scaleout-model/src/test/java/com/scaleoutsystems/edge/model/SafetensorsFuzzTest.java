package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;

class SafetensorsFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void safetensors(byte[] input) {
        Fuzzing.run(() -> {
            ModelParameters parameters =
                    ModelParameters.readSafetensors(new ByteArrayInputStream(input), Fuzzing.settings());
            Fuzzing.readAll(parameters);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            parameters.writeSafetensors(out);
            assertThat(ModelParameters.readSafetensors(new ByteArrayInputStream(out.toByteArray())))
                    .isEqualTo(parameters);
        });
    }
}
