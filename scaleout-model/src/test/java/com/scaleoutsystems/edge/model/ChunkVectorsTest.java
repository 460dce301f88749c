package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.proto.FileChunk;
import java.io.ByteArrayInputStream;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Chunks and checksums are cut as the reference cuts them. */
class ChunkVectorsTest {
    private static final JsonNode CHUNKS =
            Vectors.json(Vectors.get("chunks/boundaries").file());

    static Stream<JsonNode> rows() {
        return StreamSupport.stream(CHUNKS.get("rows").spliterator(), false);
    }

    private static byte[] payload(JsonNode row) {
        byte[] payload = new byte[row.get("size").intValue()];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) (i % 256 * CHUNKS.get("multiplier").intValue()
                    + CHUNKS.get("offset").intValue());
        }
        return payload;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void payloadIsCutAsTheReferenceCutsIt(JsonNode row) {
        byte[] payload = payload(row);
        try (ScaleoutModel model = ScaleoutModel.fromStream(new ByteArrayInputStream(payload))) {
            assertThat(model.size()).isEqualTo(payload.length);
            assertThat(model.checksum()).isEqualTo(row.get("checksum").textValue());
            assertThat(ContainerVectorsTest.chunkSizes(model.fileChunkStream()))
                    .isEqualTo(ContainerVectorsTest.ints(row.get("default_chunks")));
            for (int size : new int[] {1_048_576, 32_768}) {
                JsonNode expected = row.get("chunks_" + size);
                List<Integer> sizes = ContainerVectorsTest.chunkSizes(model.fileChunkStream(size));
                assertThat(sizes).hasSize(expected.get("count").intValue());
                if (!sizes.isEmpty()) {
                    assertThat(Vectors.sha256(model.fileChunkStream(size).next().toByteArray()))
                            .isEqualTo(expected.get("first_message_sha256").textValue());
                    assertThat(sizes.get(sizes.size() - 1))
                            .isEqualTo(expected.get("last").intValue());
                }
                try (ScaleoutModel joined = ScaleoutModel.fromFileChunkStream(model.fileChunkStream(size))) {
                    assertThat(joined.checksum()).isEqualTo(model.checksum());
                    assertThat(Vectors.readAll(joined.openStream())).isEqualTo(payload);
                }
            }
        }
    }

    @Test
    void emptyChunksBetweenOthersAreSkipped() {
        FileChunk empty = FileChunk.getDefaultInstance();
        FileChunk full = FileChunk.newBuilder()
                .setData(com.google.protobuf.ByteString.copyFromUtf8("ab"))
                .build();
        try (ScaleoutModel model =
                ScaleoutModel.fromFileChunkStream(Stream.of(empty, full, empty, empty, full, empty))) {
            assertThat(Vectors.readAll(model.openStream())).asString().isEqualTo("abab");
        }
    }

    @Test
    void chunkSizeMustBePositive() {
        try (ScaleoutModel model = ScaleoutModel.fromStream(new ByteArrayInputStream(new byte[3]))) {
            assertThatThrownBy(() -> model.fileChunkStream(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not 0");
        }
    }

    @Test
    void chunksEnd() {
        try (ScaleoutModel model = ScaleoutModel.fromStream(new ByteArrayInputStream(new byte[3]))) {
            Iterator<FileChunk> chunks = model.fileChunkStream();
            chunks.next();
            assertThat(chunks.hasNext()).isFalse();
            assertThatThrownBy(chunks::next).isInstanceOf(NoSuchElementException.class);
        }
    }
}
