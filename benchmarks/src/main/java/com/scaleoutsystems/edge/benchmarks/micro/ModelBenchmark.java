package com.scaleoutsystems.edge.benchmarks.micro;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.proto.FileChunk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Work on one model that lies in a file in the page cache. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ModelBenchmark {
    private static final int ROW = 1024;

    /** The size of the model. */
    @Param("64")
    private int mebibytes;

    /**
     * How the container is laid out: {@code own} is this SDK's, stored and with the metadata last; {@code reference} is
     * deflated and has it first.
     */
    @Param({"own", "reference"})
    private String layout = "own";

    private List<float[]> arrays = List.of();
    private Path file = Path.of("");
    private ScaleoutModel model = ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.scalar(0f)));
    private int changes;

    @Setup
    public void setUp() throws IOException {
        SplittableRandom random = new SplittableRandom(42);
        arrays = new ArrayList<>();
        for (int i = 0; i < mebibytes; i++) {
            float[] array = new float[(1 << 20) / Float.BYTES];
            for (int k = 0; k < array.length; k++) {
                array[k] = (float) (2 * random.nextDouble() - 1);
            }
            arrays.add(array);
        }
        file = Files.createTempFile("benchmark-", ".scm");
        try (ScaleoutModel own = ScaleoutModel.fromModelParameters(parameters())) {
            if (layout.equals("own")) {
                own.saveTo(file);
            } else {
                writeAsReference(own);
            }
        }
        model = ScaleoutModel.fromFile(file);
        model.checksum();
    }

    @TearDown
    public void tearDown() throws IOException {
        model.close();
        Files.delete(file);
    }

    private void writeAsReference(ScaleoutModel own) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("metadata.json"));
            zip.write("{\"helper_type\": \"numpyhelper\", \"model_id\": \"benchmark\", \"_version\": 2}"
                    .getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("training_model.bin"));
            own.openTrainingModel().transferTo(zip);
        }
    }

    private ModelParameters parameters() {
        return ModelParameters.of(arrays.stream()
                .map(array -> Tensor.ofFloats(array, array.length / ROW, ROW))
                .toList());
    }

    /** Another id, and the digest of the result. */
    @Benchmark
    public String changeId() {
        changes++;
        try (ScaleoutModel changed = model.withModelId("id-" + changes)) {
            return changed.checksum();
        }
    }

    /** Arrays to container, with its digest; the layout plays no part. */
    @Benchmark
    public String write() {
        try (ScaleoutModel written = ScaleoutModel.fromModelParameters(parameters())) {
            return written.checksum();
        }
    }

    /** Container to arrays: opened, checked, every element copied. */
    @Benchmark
    public List<float[]> read() {
        try (ScaleoutModel opened = ScaleoutModel.fromFile(file)) {
            return opened.modelParameters().stream().map(Tensor::toFloats).toList();
        }
    }

    /** The model as chunks, as for an upload. */
    @Benchmark
    public long chunks() {
        long bytes = 0;
        for (Iterator<FileChunk> chunks = model.fileChunkStream(); chunks.hasNext(); ) {
            bytes += chunks.next().getData().size();
        }
        return bytes;
    }
}
