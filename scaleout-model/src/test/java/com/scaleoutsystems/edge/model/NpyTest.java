package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.type.DataType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
    @TempDir
    Path folder;

    private static byte[] npy(Tensor tensor) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        tensor.writeNpy(out);
        return out.toByteArray();
    }

    private static Tensor read(byte[] npy) {
        return Tensor.readNpy(new ByteArrayInputStream(npy));
    }

    private static byte[] npy(String header, byte[] elements) {
        byte[] text = header.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(10 + text.length + elements.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) text.length)
                .put(text)
                .put(elements)
                .array();
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void everyTypeSurvives(DataType type) {
        ByteBuffer elements = ByteBuffer.allocate(6 * type.byteSize());
        for (int i = 0; i < elements.capacity(); i++) {
            elements.put(i, (byte) (type == DataType.BOOL ? i % 2 : 41 * i));
        }
        for (Tensor tensor : new Tensor[] {
            Tensor.of(type, elements, 1, 2, 3), Tensor.of(type, ByteBuffer.allocate(0), 3, 0), Tensor.of(type, elements)
        }) {
            assertThat(read(npy(tensor))).isEqualTo(tensor);
        }
    }

    @Test
    void scalarHasNoDimensions() {
        assertThat(read(npy(Tensor.scalar(2.5)))).isEqualTo(Tensor.scalar(2.5)).hasToString("float64[]");
    }

    @ParameterizedTest
    @CsvSource({"<,False", "<,True", ">,False", ">,True"})
    void everyOrderComesOutAlike(String byteOrder, String fortranOrder) {
        ByteBuffer elements =
                ByteBuffer.allocate(12).order(byteOrder.equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int[] laidOut = fortranOrder.equals("True") ? new int[] {1, 4, 2, 5, 3, 6} : new int[] {1, 2, 3, 4, 5, 6};
        Arrays.stream(laidOut).forEach(value -> elements.putShort((short) value));
        String header = "{'descr': '" + byteOrder + "i2', 'fortran_order': " + fortranOrder + ", 'shape': (2, 3), }\n";
        Tensor tensor = read(npy(header, elements.array()));
        assertThat(tensor.shape()).containsExactly(2, 3);
        assertThat(tensor.toInts()).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void fileIsReadWithoutBeingCopied() throws IOException {
        Tensor tensor = Tensor.ofFloats(new float[1 << 19]);
        Path file = Files.write(folder.resolve("weights.npy"), npy(tensor));
        assertThat(Tensor.readNpy(file)).isEqualTo(tensor);
        assertThat(Tensor.readNpy(file).toBuffer().isDirect()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
                "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387905, 4), }",
                "{'descr': '<f4', 'fortran_order': open('x'), 'shape': (1,), }",
            })
    void foreignAndLyingHeadersAreRefused(String header) {
        assertThatThrownBy(() -> read(npy(header, new byte[4])))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo("bad_tensor"));
    }
}
