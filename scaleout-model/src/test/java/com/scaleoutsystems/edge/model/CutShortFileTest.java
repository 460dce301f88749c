package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.ModelException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Someone cuts a model's file short while it is mapped. What is read then is not to be relied on, but the virtual machine must
 * live: otherwise these tests end without a result.
 */
class CutShortFileTest {
    private static final int FLOATS = 1 << 19;

    @TempDir
    Path folder;

    private static ModelParameters parameters() {
        Random random = new Random(5);
        float[] values = new float[FLOATS];
        for (int i = 0; i < FLOATS; i++) {
            values[i] = random.nextFloat();
        }
        return ModelParameters.of(Tensor.ofFloats(values));
    }

    private Path container(boolean compressed) {
        Path file = folder.resolve("model.scm");
        try (ScaleoutModel model = ScaleoutModel.builder()
                .trainingModel(parameters())
                .compressed(compressed)
                .build()) {
            model.saveTo(file);
        }
        return file;
    }

    private static void cut(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(8192);
        }
    }

    /** Each reader has a thread of its own, since the virtual machine may throw its error a little late, or never. */
    private static void assertSurvived(Runnable... readers) throws InterruptedException {
        for (Runnable reader : readers) {
            AtomicReference<Throwable> told = new AtomicReference<>();
            Thread thread = new Thread(reader);
            thread.setUncaughtExceptionHandler((ended, failure) -> told.set(failure));
            thread.start();
            thread.join();
            if (told.get() != null) {
                // Thrown late, the error may also hit the JDK between two of its own steps, and make it stumble.
                assertThat(told.get())
                        .satisfiesAnyOf(
                                failure ->
                                        assertThat(failure).isInstanceOfAny(ModelException.class, InternalError.class),
                                failure -> assertThat(failure.getStackTrace()[0].getClassName())
                                        .startsWith("sun.nio.ch."));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readingItsModelIsSurvived(boolean compressed) throws Exception {
        Path file = container(compressed);
        try (ScaleoutModel model = ScaleoutModel.fromFile(file)) {
            cut(file);
            assertSurvived(
                    model::modelParameters,
                    model::checksum,
                    model::openTrainingModel,
                    () -> Vectors.readAll(model.openStream()),
                    () -> model.saveTo(folder.resolve("copy.scm")),
                    () -> model.fileChunkStream().forEachRemaining(chunk -> {}),
                    () -> model.withModelId("other").checksum());
        }
    }

    @Test
    void readingItsTensorsIsSurvived() throws Exception {
        Path file = container(false);
        try (ScaleoutModel model = ScaleoutModel.fromFile(file)) {
            ModelParameters parameters = model.modelParameters();
            Tensor tensor = parameters.get(0);
            cut(file);
            assertSurvived(
                    tensor::toFloats,
                    tensor::toDoubles,
                    tensor::hashCode,
                    () -> tensor.equals(parameters().get(0)),
                    () -> ParameterClipping.norm(parameters),
                    () -> new ParameterAverage().add(parameters, 1),
                    () -> parameters.writeNpz(OutputStream.nullOutputStream()));
        }
    }
}
