package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What was received in pieces, and what holds on to its file. */
class ReceivedModelTest {
    private static final int CHUNK = 1 << 20;

    @TempDir
    Path folder;

    private ModelSettings settings() {
        return ModelSettings.defaults().withTemporaryDirectory(folder);
    }

    private static float[] values() {
        float[] values = new float[1 << 20];
        Random random = new Random(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    /** A container of 4 MiB and a little. */
    private static byte[] container() throws IOException {
        try (ScaleoutModel model = ScaleoutModel.builder()
                        .modelId("m")
                        .trainingModel(ModelParameters.of(Tensor.ofFloats(values())))
                        .file("notes", new byte[] {1, 2, 3})
                        .build();
                InputStream in = model.openStream()) {
            return in.readAllBytes();
        }
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".tmp")).toList();
        }
    }

    /** Gives pieces and counts those that are out. */
    private static final class Pieces implements BufferSource {
        private final byte[] all;
        private int at;
        private int open;
        private int mostOpen;
        private int failAt = Integer.MAX_VALUE;

        Pieces(byte[] all) {
            this.all = all;
        }

        @Override
        public synchronized @Nullable Piece next() throws IOException {
            if (at >= failAt) {
                throw new IOException("the network is gone");
            }
            if (at == all.length) {
                return null;
            }
            int count = Math.min(CHUNK, all.length - at);
            ByteBuffer lent =
                    ByteBuffer.allocateDirect(count).put(all, at, count).flip();
            at += count;
            open++;
            mostOpen = Math.max(mostOpen, open);
            return new Piece() {
                @Override
                public List<ByteBuffer> buffers() {
                    return List.of(lent.slice(0, count / 3), lent.slice(count / 3, count - count / 3));
                }

                @Override
                public void close() {
                    // What is read after this is wrong, as it is where a network has its buffers back.
                    for (int i = 0; i < lent.capacity(); i++) {
                        lent.put(i, (byte) 0);
                    }
                    closed();
                }
            };
        }

        private synchronized void closed() {
            open--;
        }
    }

    @Test
    void piecesAreWrittenHashedAndGivenBack() throws IOException {
        byte[] bytes = container();
        Pieces pieces = new Pieces(bytes);
        try (ScaleoutModel model = ScaleoutModel.fromBuffers(pieces, settings());
                ScaleoutModel same = ScaleoutModel.fromStream(new ByteArrayInputStream(bytes))) {
            assertThat(model.checksum()).isEqualTo(same.checksum());
            assertThat(Files.readAllBytes(model.file().orElseThrow())).isEqualTo(bytes);
            assertThat(model.modelParameters().get(0).toFloats()).isEqualTo(values());
        }
        assertThat(pieces.open).isZero();
        assertThat(pieces.mostOpen).isEqualTo(1);
        assertThat(files()).isEmpty();
    }

    @Test
    void aSourceThatFailsGetsItsPiecesBack() throws IOException {
        Pieces pieces = new Pieces(container());
        pieces.failAt = 3 * CHUNK;
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ScaleoutModel.fromBuffers(pieces, settings()))
                .withMessageContaining("the network is gone");
        assertThat(pieces.open).isZero();
        assertThat(files()).isEmpty();
    }

    @Test
    void tooManyBytesAreRefusedInTheMiddle() throws IOException {
        Pieces pieces = new Pieces(container());
        ModelSettings strict = settings().withLimits(ModelLimits.defaults().withMaxModelBytes(2 * CHUNK));
        assertThatThrownBy(() -> ScaleoutModel.fromBuffers(pieces, strict)).isInstanceOf(ModelException.class);
        assertThat(pieces.open).isZero();
        assertThat(pieces.at).isEqualTo(3 * CHUNK);
        assertThat(files()).isEmpty();
    }

    @Test
    void whatWasTakenOutOfAModelStaysGoodWhenItIsClosed() throws IOException {
        byte[] bytes = container();
        ScaleoutModel model = ScaleoutModel.fromBuffers(new Pieces(bytes), settings());
        ModelParameters parameters = model.modelParameters();
        model.close();
        assertThat(parameters.get(0).toFloats()).isEqualTo(values());

        ScaleoutModel streamed = ScaleoutModel.fromBuffers(new Pieces(bytes), settings());
        InputStream in = streamed.openStream();
        streamed.close();
        assertThat(in.readAllBytes()).isEqualTo(bytes);

        ScaleoutModel withFile = ScaleoutModel.fromBuffers(new Pieces(bytes), settings());
        InputStream notes = withFile.openFile("notes");
        withFile.close();
        assertThat(notes.readAllBytes()).containsExactly(1, 2, 3);

        ScaleoutModel base = ScaleoutModel.fromBuffers(new Pieces(bytes), settings());
        ScaleoutModelBuilder builder = base.toBuilder().modelId("other");
        base.close();
        try (ScaleoutModel other = builder.build()) {
            assertThat(other.modelParameters().get(0).toFloats()).isEqualTo(values());
        }
        assertThat(files()).isEmpty();
    }

    /** Whoever shares a model while another closes it has a handle that works, or is told. */
    @Test
    void aHandleThatComesTooLateIsRefused() throws IOException {
        ScaleoutModel unread = ScaleoutModel.fromBuffers(new Pieces(container()), settings());
        ModelContent content = unread.content();
        unread.close();
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(content::retain)
                .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION));

        ScaleoutModel read = ScaleoutModel.fromBuffers(new Pieces(container()), settings());
        ModelContent kept = read.content();
        read.modelParameters();
        read.close();
        kept.retain();
        assertThat(kept.parameters().get(0).toFloats()).isEqualTo(values());
    }

    @Test
    void aModelThatIsTooLargeForItsStoreIsGivenAllTheSame() throws IOException {
        byte[] bytes = container();
        ModelStoreSettings small = ModelStoreSettings.defaults().withMaxBytes(1);
        try (ModelStore store = ModelStore.open(folder.resolve("store"), small);
                ScaleoutModel model =
                        store.fetch("m", id -> ScaleoutModel.fromBuffers(new Pieces(bytes), store.modelSettings()))) {
            assertThat(model.modelParameters().get(0).toFloats()).isEqualTo(values());
        }
    }

    @Test
    void aModelFromAStoreStaysGoodHoweverOftenItIsClosedAndGotAgain() throws IOException {
        byte[] bytes = container();
        try (ModelStore store = ModelStore.open(folder.resolve("store"))) {
            ScaleoutModel put = ScaleoutModel.fromBuffers(new Pieces(bytes), store.modelSettings());
            store.put(put);
            put.close();
            try (ScaleoutModel again = store.get("m").orElseThrow()) {
                store.remove("m");
                assertThat(again.modelParameters().get(0).toFloats()).isEqualTo(values());
            }
        }
    }

    /** A mapping would hold on to the file's room until the garbage collector has been there. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theRoomOfAModelThatNobodyReadIsFreeAtOnce() throws IOException {
        byte[] bytes = container();
        String path;
        try (ScaleoutModel model = ScaleoutModel.fromBuffers(new Pieces(bytes), settings())) {
            path = model.file().orElseThrow().toString();
            assertThat(model.metadata()).containsEntry("model_id", "m");
            assertThat(model.size()).isEqualTo(bytes.length);
            assertThat(mapped(path)).isFalse();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (InputStream in = model.openStream()) {
                in.transferTo(out);
            }
            assertThat(out.toByteArray()).isEqualTo(bytes);
            assertThat(mapped(path)).isTrue();
        }
        assertThatIOException().isThrownBy(() -> Files.size(Path.of(path)));
    }

    private static boolean mapped(String path) throws IOException {
        return Files.readString(Path.of("/proc/self/maps")).contains(path);
    }
}
