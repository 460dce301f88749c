package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;

class NpzFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void npz(byte[] input) {
        read(input);
        Fuzzing.repaired(input).ifPresent(NpzFuzzTest::read);
    }

    private static void read(byte[] input) {
        Fuzzing.run(() -> {
            ModelSettings settings = Fuzzing.settings();
            ModelParameters parameters =
                    ModelParameters.readNpz(Bytes.of(input), settings.workspace(input.length), settings.limits());
            Fuzzing.readAll(parameters);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            parameters.writeNpz(out);
            assertThat(ModelParameters.readNpz(new ByteArrayInputStream(out.toByteArray())))
                    .isEqualTo(parameters);
        });
    }
}
