package com.scaleoutsystems.edge.model;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * A program that takes a model through all that happens to models, for a virtual machine whose heap is much smaller than the
 * model.
 */
final class SmallHeap {
    private static final int BLOCK = 1 << 20;

    private final Path folder;
    private final int blocks;
    private final byte[] random = new byte[BLOCK];
    private final byte[] zeros = new byte[BLOCK];

    private SmallHeap(Path folder, int blocks) {
        this.folder = folder;
        this.blocks = blocks;
        new Random(1).nextBytes(random);
    }

    /** Takes a folder and the number of MiB of the training model; the folder needs room for little more than that. */
    public static void main(String[] arguments) throws IOException {
        new SmallHeap(Path.of(arguments[0]), Integer.parseInt(arguments[1])).run();
    }

    private byte[] block(int index) {
        ByteBuffer.wrap(random).putInt(0, index);
        return index % 16 == 0 ? random : zeros;
    }

    private void run() throws IOException {
        ModelSettings settings = ModelSettings.defaults().withTemporaryDirectory(folder);
        Path npy = array();
        try (ScaleoutModel sent = ScaleoutModel.builder()
                        .settings(settings)
                        .modelId("m")
                        .trainingModel(ModelParameters.of(Tensor.readNpy(npy)))
                        .file("notes.txt", new ByteArrayInputStream(block(0)))
                        .build();
                ScaleoutModel received = ScaleoutModel.fromFileChunkStream(sent.fileChunkStream(), settings)) {
            require(received.size() > (long) blocks * BLOCK, "only " + received.size() + " bytes came in chunks");
            TrustPolicy.defaults().requiringChecksum().verify(received, sent.checksum(), null);
            check(received);
            try (ScaleoutModel renamed = received.withModelId("other")) {
                require(!renamed.checksum().equals(received.checksum()), "the new id does not show in the checksum");
            }
            try (ScaleoutModel opened = ScaleoutModel.fromFile(received.file().orElse(npy), settings)) {
                require(opened.checksum().equals(sent.checksum()), "the file's checksum is not that of the model");
                check(opened);
            }
        }
        Files.delete(npy);
        deflateAndInflate(settings);
    }

    /** Makes a file of an array of bytes without ever holding it, and with a hole where the bytes are zero. */
    private Path array() throws IOException {
        Path file = folder.resolve("array.npy");
        String header = "{'descr': '|i1', 'fortran_order': False, 'shape': (" + (long) blocks * BLOCK + ",), }";
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
            out.writeBytes(header);
            long start = out.getFilePointer();
            out.setLength(start + (long) blocks * BLOCK);
            for (int i = 0; i < blocks; i += 16) {
                out.seek(start + (long) i * BLOCK);
                out.write(block(i));
            }
        }
        return file;
    }

    private void check(ScaleoutModel model) throws IOException {
        Tensor tensor = model.modelParameters().get(0);
        byte[] found = new byte[BLOCK];
        for (int i = 0; i < blocks; i++) {
            tensor.toBuffer((long) i * BLOCK, BLOCK).get(found);
            require(Arrays.equals(found, block(i)), "block " + i + " of the tensor is not what it was");
        }
        try (InputStream in = model.openTrainingModel()) {
            in.skipNBytes((long) blocks * BLOCK);
            require(in.readAllBytes().length > 0, "the training model is too short");
        }
        try (InputStream in = model.openFile("notes.txt")) {
            require(Arrays.equals(in.readAllBytes(), block(0)), "the file is not what it was");
        }
    }

    /** As the reference writes models; a part will do, since deflating is slow. */
    private void deflateAndInflate(ModelSettings settings) throws IOException {
        int count = Math.min(blocks, 48) * BLOCK;
        try (ScaleoutModel deflated = ScaleoutModel.builder()
                        .settings(settings)
                        .inferenceModel(new RepeatedBytes(count), "bytes")
                        .compressed(true)
                        .build();
                ScaleoutModel copy = ScaleoutModel.fromFileChunkStream(deflated.fileChunkStream(), settings);
                InputStream in = copy.openInferenceModel()) {
            in.skipNBytes(count - 1L);
            require(in.read() == 7 && in.read() < 0, "the inference model is not what it was");
        }
    }

    /** The same byte again and again. */
    private static final class RepeatedBytes extends InputStream {
        private int left;

        RepeatedBytes(int count) {
            this.left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? 7 : -1;
        }
    }

    private static void require(boolean held, String failure) {
        if (!held) {
            throw new AssertionError(failure);
        }
    }
}
