package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks are interrupted while they read; others who read the same model must not notice, and the reader itself goes on. */
class InterruptedReaderTest {
    private static final int SIZE = 3 << 20;

    @TempDir
    Path folder;

    private static byte[] content(int seed) {
        byte[] content = new byte[SIZE];
        new Random(seed).nextBytes(content);
        return content;
    }

    private Path file(boolean compressed) {
        Path file = folder.resolve("model.scm");
        try (ScaleoutModel model = ScaleoutModel.builder()
                .modelId("m")
                .trainingModel(ModelParameters.of(Tensor.ofBytes(content(1))))
                .inferenceModel(content(2), "bytes")
                .file("more", content(3))
                .compressed(compressed)
                .build()) {
            model.saveTo(file);
        }
        return file;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void interruptInTheMiddleOfAnEntryHarmsNobody(boolean compressed) throws Exception {
        Path file = file(compressed);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger reads = new AtomicInteger();
        try (ModelStore store = ModelStore.open(folder.resolve("store"));
                ScaleoutModel model = store.fetch("m", id -> ScaleoutModel.fromFile(file))) {
            List<Future<?>> others = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                others.add(threads.submit(() -> {
                    while (!ended.get()) {
                        readAll(model);
                        reads.incrementAndGet();
                    }
                    return null;
                }));
            }
            CountDownLatch midway = new CountDownLatch(1);
            Thread reader = new Thread(() -> {
                try {
                    readInterrupted(model, midway);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            List<Throwable> failures = new ArrayList<>();
            reader.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
            reader.start();
            midway.await();
            do {
                reader.interrupt();
                LockSupport.parkNanos(100_000);
            } while (reader.isAlive());
            reader.join();
            assertThat(failures).isEmpty();
            int before = reads.get();
            while (reads.get() < before + 2 && others.stream().noneMatch(Future::isDone)) {
                Thread.onSpinWait();
            }
            ended.set(true);
            for (Future<?> other : others) {
                other.get();
            }
        } finally {
            ended.set(true);
            threads.shutdownNow();
        }
    }

    private static void readAll(ScaleoutModel model) {
        require(model.modelParameters().get(0).equals(Tensor.ofBytes(content(1))), "training model");
        require(Arrays.equals(Vectors.readAll(model.openInferenceModel()), content(2)), "inference model");
        require(Arrays.equals(Vectors.readAll(model.openFile("more")), content(3)), "file");
    }

    /** Is interrupted again and again from the middle of the first entry on. */
    private void readInterrupted(ScaleoutModel model, CountDownLatch midway) throws IOException {
        InputStream in = model.openInferenceModel();
        byte[] first = in.readNBytes(SIZE / 2);
        midway.countDown();
        while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
        byte[] rest = in.readAllBytes();
        require(Arrays.equals(first, 0, SIZE / 2, content(2), 0, SIZE / 2), "first half");
        require(Arrays.equals(rest, Arrays.copyOfRange(content(2), SIZE / 2, SIZE)), "second half");

        // Whatever needs a file of its own is still done: maps, temporary files, what is saved.
        Path copy = folder.resolve("copy.scm");
        model.saveTo(copy);
        try (ScaleoutModel opened = ScaleoutModel.fromFile(copy)) {
            readAll(opened);
            require(opened.checksum().equals(model.checksum()), "checksum");
        }
        try (ScaleoutModel received = ScaleoutModel.fromFileChunkStream(model.fileChunkStream());
                ScaleoutModel other = received.toBuilder()
                        .file("other", new ByteArrayInputStream(content(4)))
                        .build()) {
            readAll(received);
            readAll(other);
        }
        require(Thread.currentThread().isInterrupted(), "the interrupt was lost");
    }

    private static void require(boolean held, String failure) {
        if (!held) {
            throw new AssertionError("Not as it should be: " + failure);
        }
    }
}
