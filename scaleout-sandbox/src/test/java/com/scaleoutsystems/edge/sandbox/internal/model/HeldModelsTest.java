package com.scaleoutsystems.edge.sandbox.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HeldModelsTest {
    private final HeldModels store = new HeldModels(10);

    @Test
    void unfinishedModelLeavesNothingAndItsDirectoryGoesWithTheStore() throws Exception {
        try (ScaleoutModel model = ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.scalar(1)))) {
            store.add(model);
            Path file = store.require(model.modelId()).file();
            Path directory = file.getParent();
            try (HeldModels.Draft draft = store.draft()) {
                draft.out().write(new byte[100]);
                assertThat(directory.toFile().list()).hasSize(2);
            }
            assertThat(directory).isDirectoryContaining(file::equals);
            assertThat(directory.toFile().list()).hasSize(1);

            store.close();
            assertThat(directory).doesNotExist();
        }
    }

    @Test
    void filesOfOldRoundsAndOfReplacedModelsGo() throws Exception {
        HeldModels passing = new HeldModels(1);
        try (ScaleoutModel model = ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.scalar(1)))) {
            passing.add(model);
            Path directory = passing.require(model.modelId()).file().getParent();
            passing.add(model);
            assertThat(directory.toFile().list()).hasSize(1);
        }
        passing.addRawAverage("m-0", ModelParameters.of(Tensor.scalar(7)));
        passing.addRawAverage("kept", ModelParameters.of(Tensor.scalar(7)));
        passing.keep("kept");
        Path old = passing.require("m-0").file();
        HeldModels.Round slow = passing.beginRound("m-0");
        passing.addRawAverage("m-1", ModelParameters.of(Tensor.scalar(7)));
        for (int round = 2; round < 10; round++) {
            passing.beginRound("m-1").close();
        }
        assertThat(old).as("a round that goes on may need it").exists();
        slow.close();
        passing.beginRound("m-1").close();
        assertThat(old).doesNotExist();
        assertThat(passing.find("m-0")).isEmpty();
        assertThat(passing.require("m-1").file()).exists();
        assertThat(passing.require("kept").file()).exists();
        passing.close();
    }

    @Test
    void uploadsWithoutAnyRoundGoWhenThereAreTooMany() throws Exception {
        for (int i = 0; i <= 10_000; i++) {
            try (HeldModels.Draft draft = store.draft()) {
                draft.out().write(i);
                draft.sealIfNew("m-" + i, draft.finish());
            }
        }
        assertThat(store.find("m-0")).isEmpty();
        assertThat(store.find("m-1")).isPresent();
        assertThat(store.require("m-1").file().getParent().toFile().list()).hasSize(10_000);
        store.close();
    }

    @Test
    void rawAverageIsOpenedUnderItsId() {
        store.addRaw("m-1", ModelParameters.of(Tensor.scalar(7)));
        try (ScaleoutModel model = store.open("m-1")) {
            assertThat(model.isRaw()).isTrue();
            assertThat(model.modelId()).isEqualTo("m-1");
            assertThat(model.modelParameters().get(0).toInts()).containsExactly(7);
        }
        store.close();
    }
}
