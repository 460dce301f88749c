package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.scaleoutsystems.edge.proto.FileChunk;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A program that uses this module alone gets neither gRPC nor Guava, and exchanges chunks without them. The class path
 * of the tests holds all that such a program gets, and the test libraries.
 */
class WithoutGrpcTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.grpc.Channel",
                "io.grpc.stub.StreamObserver",
                "io.grpc.protobuf.ProtoUtils",
                "io.grpc.protobuf.lite.ProtoLiteUtils",
                "com.google.rpc.Status",
                "com.google.common.base.Preconditions"
            })
    void classIsNotThere(String name) {
        assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void chunksTravelAsBytes() {
        ModelParameters parameters = ModelParameters.of(Tensor.ofFloats(new float[] {1, 2, 3}, 3));
        try (ScaleoutModel sent = ScaleoutModel.fromModelParameters(parameters)) {
            List<byte[]> wire = StreamSupport.stream(
                            ((Iterable<FileChunk>) () -> sent.fileChunkStream(64)).spliterator(), false)
                    .map(FileChunk::toByteArray)
                    .toList();
            try (ScaleoutModel received =
                    ScaleoutModel.fromFileChunkStream(wire.stream().map(WithoutGrpcTest::chunk))) {
                assertThat(wire).hasSizeGreaterThan(1);
                assertThat(received.checksum()).isEqualTo(sent.checksum());
                assertThat(received.modelParameters().get(0).toFloats()).containsExactly(1, 2, 3);
            }
        }
    }

    private static FileChunk chunk(byte[] bytes) {
        try {
            return FileChunk.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
