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
