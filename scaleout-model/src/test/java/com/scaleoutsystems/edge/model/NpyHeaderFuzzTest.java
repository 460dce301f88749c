package com.scaleoutsystems.edge.model;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.zip.ZipBuilder;

/** The input is an array's file; the archive around it is sound, so that checksums do not shield the header. */
class NpyHeaderFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void npyHeader(byte[] input) {
        Fuzzing.run(() -> {
            ModelSettings settings = Fuzzing.settings();
            ZipBuilder zip = new ZipBuilder();
            zip.addStored("0.npy", Bytes.of(input));
            Fuzzing.readAll(
                    ModelParameters.readNpz(zip.build().bytes(), settings.workspace(input.length), settings.limits()));
        });
    }
}
