package com.scaleoutsystems.edge.benchmarks;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Models of random numbers between -1 and 1 in single precision, which hardly compress: the numbers alone, and the same in
 * containers that this SDK and the reference wrote. Made when they are first asked for, and kept.
 */
public final class TestModels {
    private static final int FLOATS_PER_MEBIBYTE = 1 << 18;
    private static final int ROW = 1024;
    private static final int MOST_ROWS = 1024;

    private final Bench bench;
    private final Path folder;
    private final long seed;

    TestModels(Bench bench, Path folder, long seed) throws IOException {
        this.bench = bench;
        this.folder = Files.createDirectories(folder);
        this.seed = seed;
    }

    /** The numbers, little-endian, without any header. */
    public Path numbers(int mebibytes) throws IOException {
        return made(mebibytes + "-" + seed + ".f32", target -> {
            SplittableRandom random = new SplittableRandom(seed);
            ByteBuffer block = ByteBuffer.allocate(FLOATS_PER_MEBIBYTE * 4).order(ByteOrder.LITTLE_ENDIAN);
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target))) {
                for (int i = 0; i < mebibytes; i++) {
                    block.clear();
                    while (block.hasRemaining()) {
                        block.putFloat((float) (2 * random.nextDouble() - 1));
                    }
                    out.write(block.array());
                }
            }
        });
    }

    /** A container that this SDK wrote. */
    public Path javaContainer(int mebibytes) throws IOException {
        Path numbers = numbers(mebibytes);
        return made(mebibytes + "-" + seed + "-java.scm", target -> {
            try (ScaleoutModel model = ScaleoutModel.fromModelParameters(parameters(read(numbers)))) {
                model.saveTo(target);
            }
        });
    }

    /** A container that the reference wrote. */
    public Path referenceContainer(int mebibytes) throws IOException {
        Path numbers = numbers(mebibytes);
        return made(mebibytes + "-" + seed + "-reference.scm", target -> {
            Map<String, Path> arguments = Map.of("input", numbers, "output", target.toAbsolutePath());
            try (WorkerProcess process = bench.python("make_container.py", Map.of(), arguments)) {
                process.stop();
            }
        });
    }

    /** Reads numbers as arrays of at most 4 MiB, as the layers of a network would come. */
    public static List<float[]> read(Path numbers) throws IOException {
        List<float[]> arrays = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(numbers)) {
            for (long at = 0; at < channel.size(); ) {
                long length = Math.min(channel.size() - at, (long) MOST_ROWS * ROW * 4);
                float[] array = new float[(int) (length / 4)];
                channel.map(MapMode.READ_ONLY, at, length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .get(array);
                arrays.add(array);
                at += length;
            }
        }
        return arrays;
    }

    /** The arrays as matrices with rows of 1,024 numbers. */
    public static ModelParameters parameters(List<float[]> arrays) {
        return ModelParameters.of(arrays.stream()
                .map(array -> Tensor.ofFloats(array, array.length / ROW, ROW))
                .toList());
    }

    private interface Maker {
        void make(Path target) throws IOException;
    }

    private Path made(String name, Maker maker) throws IOException {
        Path file = folder.resolve(name).toAbsolutePath();
        if (Files.notExists(file)) {
            Path aside = folder.resolve(name + ".part");
            maker.make(aside);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return file;
    }
}
