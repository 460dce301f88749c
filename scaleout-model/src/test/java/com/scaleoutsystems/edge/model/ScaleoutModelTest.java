package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.zip.ZipBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScaleoutModelTest {
    @TempDir
    Path folder;

    private Path temporary;
    private ModelSettings settings;

    @BeforeEach
    void keepTemporaryFilesApart() {
        temporary = folder.resolve("temporary");
        settings = ModelSettings.defaults().withTemporaryDirectory(temporary);
    }

    static ModelParameters parameters(int elements, long seed) {
        Random random = new Random(seed);
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = random.nextFloat();
        }
        return ModelParameters.of(Tensor.ofFloats(values), Tensor.scalar(7L));
    }

    private ScaleoutModel large() {
        return ScaleoutModel.builder()
                .settings(settings)
                .modelId("large")
                .trainingModel(parameters(1 << 20, 1))
                .file("notes.txt", "hello".getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private List<Path> temporaryFiles() throws IOException {
        if (!Files.exists(temporary)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> file.toString().endsWith(".tmp")).toList();
        }
    }

    private static byte[] bytes(ScaleoutModel model) {
        return Vectors.readAll(model.openStream());
    }

    @Test
    void newModelHoldsItsParametersAndMetadata() {
        ModelParameters parameters = parameters(10, 2);
        try (ScaleoutModel model = ScaleoutModel.fromModelParameters(parameters, Map.of("round", 3))) {
            assertThat(model.isContainer()).isTrue();
            assertThat(model.modelParameters()).isEqualTo(parameters);
            assertThat(model.metadata())
                    .containsEntry("round", 3)
                    .containsEntry("helper_type", "numpyhelper")
                    .containsEntry("model_id", model.modelId())
                    .doesNotContainKey("_version");
            assertThat(model.formatVersion()).isEqualTo(2);
            assertThat(model.helperType()).contains("numpyhelper");
            assertThat(model.checksum()).isEqualTo(Vectors.sha256(bytes(model)));
            assertThat(model.size()).isEqualTo(bytes(model).length);
        }
    }

    @Test
    void newModelsGetDifferentIds() {
        try (ScaleoutModel one = ScaleoutModel.fromModelParameters(parameters(1, 1));
                ScaleoutModel other = ScaleoutModel.fromModelParameters(parameters(1, 1))) {
            assertThat(one.modelId()).isNotEqualTo(other.modelId()).hasSize(36);
        }
    }

    @Test
    void equalContentUnderAnEqualIdGivesEqualBytes() {
        try (ScaleoutModel one = large();
                ScaleoutModel other = large()) {
            assertThat(one.checksum()).isEqualTo(other.checksum());
            assertThat(bytes(one)).isEqualTo(bytes(other));
        }
    }

    @Test
    void containerIsStoredWithMetadataLast() throws IOException {
        Path file = folder.resolve("model.scm");
        try (ScaleoutModel model = large()) {
            model.saveTo(file);
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<? extends ZipEntry> entries = Collections.list(zip.entries());
            assertThat(entries)
                    .extracting(ZipEntry::getName)
                    .containsExactly("training_model.bin", "files/notes.txt", "metadata.json");
            for (ZipEntry entry : entries) {
                assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
                assertThat(entry.getTimeLocal()).hasToString("1980-01-01T00:00");
            }
            try (InputStream in = zip.getInputStream(zip.getEntry("metadata.json"))) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII))
                        .isEqualTo("{\"helper_type\":\"numpyhelper\",\"model_id\":\"large\",\"_version\":2}");
            }
        }
    }

    @Test
    void namesOfTensorsTravelInTheMetadata() {
        ModelParameters named = parameters(3, 3).withNames(List.of("kernel", "steps"));
        try (ScaleoutModel model = ScaleoutModel.fromModelParameters(named);
                ScaleoutModel copy = ScaleoutModel.fromStream(model.openStream())) {
            assertThat(copy.metadata()).containsEntry("tensor_names", List.of("kernel", "steps"));
            assertThat(copy.modelParameters()).isEqualTo(named);
            assertThat(new String(bytes(copy), StandardCharsets.ISO_8859_1))
                    .contains("0.npy")
                    .doesNotContain("kernel.npy");
            try (ScaleoutModel unnamed =
                    copy.toBuilder().trainingModel(parameters(3, 4)).build()) {
                assertThat(unnamed.metadata()).doesNotContainKey("tensor_names");
                assertThat(unnamed.modelParameters().isNamed()).isFalse();
            }
        }
    }

    @Test
    void namesThatDoNotFitAreNotUsed() {
        ModelParameters parameters = parameters(1, 1);
        for (String names : List.of("[\"a\"]", "[\"a\",\"a\"]", "[\"a\",1]", "\"ab\"", "null")) {
            String metadata = "{\"model_id\":\"m\",\"tensor_names\":" + names + "}";
            ZipBuilder zip = new ZipBuilder();
            zip.addStored("training_model.bin", parameters.toNumberedNpz());
            zip.addStored("metadata.json", Bytes.of(metadata.getBytes(StandardCharsets.UTF_8)));
            try (ScaleoutModel model =
                    ScaleoutModel.fromStream(zip.build().bytes().openStream())) {
                assertThat(model.modelParameters()).isEqualTo(parameters);
            }
        }
    }

    @Test
    void smallModelLivesOnTheHeap() throws IOException {
        try (ScaleoutModel model = ScaleoutModel.builder()
                .settings(settings)
                .trainingModel(parameters(1000, 1))
                .build()) {
            assertThat(model.file()).isEmpty();
            assertThat(temporaryFiles()).isEmpty();
        }
    }

    @Test
    void largeModelLivesInAFileUntilItsLastHandleIsClosed() throws IOException {
        ScaleoutModel model = large();
        Path file = model.file().orElseThrow();
        assertThat(file).hasParent(temporary).hasBinaryContent(bytes(model));
        ScaleoutModel shared = model.share();
        model.close();
        model.close();
        assertThat(file).exists();
        assertThat(shared.modelParameters()).isEqualTo(parameters(1 << 20, 1));
        shared.close();
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void largeModelFromAStreamLivesInAFile() throws IOException {
        try (ScaleoutModel source = large();
                ScaleoutModel model = ScaleoutModel.fromStream(source.openStream(), settings)) {
            assertThat(model.file()).isPresent();
            assertThat(model.checksum()).isEqualTo(source.checksum());
            // A view of the file, not a copy on the heap.
            assertThat(model.modelParameters().get(0).toBuffer().isDirect()).isTrue();
        }
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void tensorsAndStreamsOutliveTheModel() throws IOException {
        ModelParameters parameters;
        InputStream stream;
        try (ScaleoutModel model = large()) {
            parameters = model.modelParameters();
            stream = model.openStream();
        }
        assertThat(temporaryFiles()).isEmpty();
        assertThat(parameters).isEqualTo(parameters(1 << 20, 1));
        try (ScaleoutModel copy = ScaleoutModel.fromStream(stream, settings)) {
            assertThat(copy.modelParameters()).isEqualTo(parameters);
        }
    }

    @Test
    void forgottenModelLosesItsFile() {
        Path file = large().file().orElseThrow();
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (Files.exists(file) && System.nanoTime() < deadline) {
            System.gc();
            Thread.onSpinWait();
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void closedModelSaysSo() {
        ScaleoutModel model = large();
        model.close();
        List<Runnable> uses = List.of(
                model::modelParameters,
                model::metadata,
                model::size,
                model::checksum,
                model::openStream,
                model::share,
                model::toBuilder,
                model::file,
                () -> model.saveTo(folder.resolve("x")),
                () -> model.withModelId("y"));
        for (Runnable use : uses) {
            assertThatThrownBy(use::run)
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                    .hasMessageContaining("'large' is closed");
        }
        assertThat(model.modelId()).isEqualTo("large");
        assertThat(model.toString()).startsWith("ScaleoutModel[large, 41").endsWith(" bytes, container]");
    }

    @Test
    void fileOfTheUserIsNeitherCopiedNorDeleted() throws IOException {
        Path file = folder.resolve("model.scm");
        try (ScaleoutModel model = large()) {
            model.saveTo(file);
        }
        try (ScaleoutModel model = ScaleoutModel.fromFile(file, settings)) {
            assertThat(model.file()).contains(file);
            assertThat(temporaryFiles()).isEmpty();
            assertThat(model.checksum()).isEqualTo(Vectors.sha256(Files.readAllBytes(file)));
        }
        assertThat(file).exists();
    }

    @Test
    void savedModelReplacesTheFileWholly() throws IOException {
        Path file = folder.resolve("deep/er/model.scm");
        try (ScaleoutModel model = large()) {
            model.saveTo(file);
            Files.write(file, new byte[10], StandardOpenOption.APPEND);
            model.saveTo(file);
            assertThat(file).hasBinaryContent(bytes(model));
        }
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void failedSaveLeavesNothingBehind() throws IOException {
        Path blocked = Files.createDirectory(folder.resolve("blocked"));
        try (ScaleoutModel model = ScaleoutModel.fromModelParameters(parameters(1, 1))) {
            assertThatThrownBy(() -> model.saveTo(blocked))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("is a directory");
            Path file = Files.createFile(folder.resolve("file"));
            assertThatThrownBy(() -> model.saveTo(file.resolve("model.scm"))).isInstanceOf(ModelException.class);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(blocked, folder.resolve("file"));
        }
    }

    @Test
    void damagedContainerLeavesNoTemporaryFile() throws IOException {
        byte[] whole;
        try (ScaleoutModel model = large()) {
            whole = bytes(model);
        }
        byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 5);
        assertThatThrownBy(() -> ScaleoutModel.fromStream(new ByteArrayInputStream(cut), settings))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo("truncated"));
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void brokenStreamLeavesNoTemporaryFile() throws IOException {
        InputStream broken = new InputStream() {
            private int count;

            @Override
            public int read() throws IOException {
                if (count++ > 3 << 20) {
                    throw new IOException("line broke");
                }
                return 1;
            }
        };
        assertThatThrownBy(() -> ScaleoutModel.fromStream(broken, settings))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO))
                .hasMessageContaining("line broke");
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void modelOverTheLimitIsRefusedBeforeItIsTaken() throws IOException {
        ModelSettings tight = settings.withLimits(ModelLimits.defaults().withMaxModelBytes(3 << 20));
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 1;
            }
        };
        assertThatThrownBy(() -> ScaleoutModel.fromStream(endless, tight))
                .isInstanceOfSatisfying(ModelException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
                    assertThat(e.reason()).isEqualTo("too_large");
                })
                .hasMessageContaining("ModelLimits.maxModelBytes");
        Path file = folder.resolve("model.scm");
        try (ScaleoutModel model = large()) {
            model.saveTo(file);
        }
        assertThatThrownBy(() -> ScaleoutModel.fromFile(file, tight)).hasMessageContaining("maxModelBytes");
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void missingFileIsTold() {
        assertThatThrownBy(() -> ScaleoutModel.fromFile(folder.resolve("none.scm")))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
                .hasMessageContaining("none.scm");
        assertThatThrownBy(() -> ScaleoutModel.fromFile(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("is not a file");
    }

    @Test
    void missingPartsAreTold() {
        try (ScaleoutModel model = ScaleoutModel.builder()
                .modelId("m")
                .inferenceModel(new byte[] {1, 2}, "onnx")
                .build()) {
            assertThat(model.hasTrainingModel()).isFalse();
            assertThat(model.hasInferenceModel()).isTrue();
            assertThat(Vectors.readAll(model.openInferenceModel())).containsExactly(1, 2);
            assertThatThrownBy(model::modelParameters)
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.reason()).isEqualTo("missing_training_model"));
            assertThatThrownBy(() -> model.openFile("a"))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
                    .hasMessageContaining("file 'a'");
        }
    }

    @Test
    void newIdIsAViewThatCopiesNothing() throws IOException {
        try (ScaleoutModel model = large();
                ScaleoutModel renamed = model.withModelId("renamed")) {
            assertThat(temporaryFiles()).hasSize(1);
            assertThat(renamed.modelId()).isEqualTo("renamed");
            assertThat(renamed.file()).isEmpty();
            assertThat(renamed.checksum())
                    .isEqualTo(Vectors.sha256(bytes(renamed)))
                    .isNotEqualTo(model.checksum());
            try (ScaleoutModel copy = ScaleoutModel.fromStream(renamed.openStream(), settings);
                    ScaleoutModel same = ScaleoutModel.builder()
                            .modelId("renamed")
                            .trainingModel(parameters(1 << 20, 1))
                            .file("notes.txt", "hello".getBytes(StandardCharsets.UTF_8))
                            .build()) {
                assertThat(copy.modelId()).isEqualTo("renamed");
                assertThat(copy.modelParameters()).isEqualTo(parameters(1 << 20, 1));
                assertThat(copy.checksum()).isEqualTo(renamed.checksum()).isEqualTo(same.checksum());
            }
        }
    }

    @Test
    void checksumOfANewIdIsToldWithoutReadingTheContentAgain() throws IOException {
        Path file = folder.resolve("model.scm");
        String expected;
        try (ScaleoutModel model = large();
                ScaleoutModel renamed = model.withModelId("renamed")) {
            expected = renamed.checksum();
            model.saveTo(file);
        }
        try (ScaleoutModel model = ScaleoutModel.fromFile(file, settings)) {
            String checksum = model.checksum();
            try (FileChannel content = FileChannel.open(file, StandardOpenOption.WRITE)) {
                content.write(ByteBuffer.allocate(1000), 100_000);
            }
            Path copy = folder.resolve("copy.scm");
            model.saveTo(copy);
            assertThat(Vectors.sha256(Files.readAllBytes(copy)))
                    .as("who reads gets other bytes")
                    .isNotEqualTo(checksum);
            try (ScaleoutModel renamed = model.withModelId("renamed")) {
                assertThat(renamed.checksum()).isEqualTo(expected);
            }
        }
    }

    @Test
    void builderKeepsNoFileAlive() throws IOException {
        ScaleoutModel model = large();
        ScaleoutModelBuilder builder = model.toBuilder();
        model.close();
        assertThat(temporaryFiles()).isEmpty();
        try (ScaleoutModel same = builder.build();
                ScaleoutModel changed = builder.metadata("a", 1).build()) {
            assertThat(same.file()).isEmpty();
            assertThat(same.modelParameters()).isEqualTo(parameters(1 << 20, 1));
            assertThat(changed.modelParameters()).isEqualTo(parameters(1 << 20, 1));
        }
    }

    @Test
    void newIdOfAReferenceContainerKeepsEveryPart() {
        Vectors.Vector vector = Vectors.get("container/everything");
        try (ScaleoutModel model = ScaleoutModel.fromFile(vector.path());
                ScaleoutModel renamed = model.withModelId("renamed")) {
            assertThat(renamed.checksum()).isEqualTo(Vectors.sha256(bytes(renamed)));
            assertThat(renamed.modelParameters()).isEqualTo(model.modelParameters());
            assertThat(renamed.fileNames()).isEqualTo(model.fileNames());
            assertThat(Vectors.readAll(renamed.openInferenceModel()))
                    .isEqualTo(Vectors.readAll(model.openInferenceModel()));
            Map<String, Object> expected = new LinkedHashMap<>(model.metadata());
            expected.put("model_id", "renamed");
            assertThat(renamed.metadata()).isEqualTo(expected);
        }
    }

    @Test
    void sameIdIsTheSameModel() {
        try (ScaleoutModel model = large();
                ScaleoutModel same = model.withModelId("large")) {
            assertThat(same.checksum()).isEqualTo(model.checksum());
        }
    }

    @Test
    void manyNewIdsInARowStayRight() {
        ScaleoutModel model = large();
        for (int i = 0; i < 20; i++) {
            ScaleoutModel next = model.withModelId("id-" + i);
            model.close();
            model = next;
        }
        assertThat(model.checksum()).isEqualTo(Vectors.sha256(bytes(model)));
        assertThat(model.modelParameters()).isEqualTo(parameters(1 << 20, 1));
        model.close();
    }

    @Test
    void interruptedThreadReadsOnAndHarmsNobody() throws Exception {
        try (ScaleoutModel model = large()) {
            InputStream halfRead = model.openStream();
            assertThat(halfRead.readNBytes(1000)).hasSize(1000);
            Thread interrupted = new Thread(() -> {
                Thread.currentThread().interrupt();
                assertThat(model.modelParameters()).isEqualTo(parameters(1 << 20, 1));
                try (ScaleoutModel copy = ScaleoutModel.fromStream(model.openStream(), settings)) {
                    assertThat(copy.checksum()).isEqualTo(model.checksum());
                    copy.saveTo(folder.resolve("interrupted.scm"));
                    ScaleoutModel.fromFile(folder.resolve("interrupted.scm")).close();
                }
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            });
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            interrupted.setUncaughtExceptionHandler((thread, e) -> failures.add(e));
            interrupted.start();
            interrupted.join();
            assertThat(failures).isEmpty();
            assertThat(halfRead.readAllBytes()).hasSize((int) model.size() - 1000);
            assertThat(model.modelParameters().get(0).toFloats()).hasSize(1 << 20);
        }
    }

    @Test
    void manyThreadsReadOneModel() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (ScaleoutModel model = large()) {
            byte[] expected = bytes(model);
            List<Callable<Boolean>> readers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                readers.add(() -> java.util.Arrays.equals(bytes(model), expected)
                        && model.modelParameters().equals(parameters(1 << 20, 1))
                        && model.withModelId("x").checksum().length() == 64);
            }
            for (Future<Boolean> result : threads.invokeAll(readers)) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
    }
}
