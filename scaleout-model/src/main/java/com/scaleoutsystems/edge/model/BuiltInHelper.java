package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.bytes.Workspace;
import com.scaleoutsystems.edge.model.type.DataType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The helpers of the reference client, under its names. */
enum BuiltInHelper implements ModelHelper {
    /** An archive of arrays, {@code 0.npy} to {@code n-1.npy}. */
    NUMPY("numpyhelper") {
        @Override
        Bytes encode(ModelParameters parameters, Workspace workspace) {
            return parameters.toNumberedNpz();
        }

        @Override
        ModelParameters decode(Bytes encoded, Workspace workspace, ModelLimits limits) {
            if (Container.kindOf(encoded, limits) != Container.Kind.NPZ) {
                throw foreign(encoded, "an archive of NumPy arrays (.npz)");
            }
            return ModelParameters.readNpz(encoded, workspace, limits);
        }
    },

    /** All elements one after the other, without types or shapes; read back as one array of float64. */
    BINARY("binaryhelper") {
        @Override
        Bytes encode(ModelParameters parameters, Workspace workspace) {
            return Bytes.concat(parameters.stream().map(Tensor::data).toList());
        }

        @Override
        ModelParameters decode(Bytes encoded, Workspace workspace, ModelLimits limits) {
            return flat(DataType.FLOAT64, encoded);
        }
    },

    /** All elements as float32 one after the other, without shapes. */
    ANDROID("androidhelper") {
        @Override
        Bytes encode(ModelParameters parameters, Workspace workspace) {
            return workspace.collect(out -> {
                for (Tensor tensor : parameters) {
                    writeFloats(tensor, out);
                }
            });
        }

        @Override
        ModelParameters decode(Bytes encoded, Workspace workspace, ModelLimits limits) {
            return flat(DataType.FLOAT32, encoded);
        }
    };

    private static final int BLOCK = 1 << 14;

    private final String helperType;

    BuiltInHelper(String helperType) {
        this.helperType = helperType;
    }

    /** Gives the helpers that are known without being registered, by name. */
    static Map<String, ModelHelper> byName() {
        Map<String, ModelHelper> helpers = new LinkedHashMap<>();
        for (BuiltInHelper helper : values()) {
            helpers.put(helper.helperType, helper);
        }
        return Collections.unmodifiableMap(helpers);
    }

    @Override
    public String helperType() {
        return helperType;
    }

    /** Encodes without copying where the encoding allows it. */
    abstract Bytes encode(ModelParameters parameters, Workspace workspace);

    /** Decodes to views of the encoded bytes where the encoding allows it. */
    abstract ModelParameters decode(Bytes encoded, Workspace workspace, ModelLimits limits);

    @Override
    public void encode(ModelParameters parameters, OutputStream out) throws IOException {
        encode(parameters, ReadSettings.defaults().workspace(0)).writeTo(out);
    }

    @Override
    public ModelParameters decode(InputStream in) throws IOException {
        ReadSettings settings = ReadSettings.defaults();
        Bytes encoded = ModelFiles.receive(in, settings);
        return decode(encoded, settings.workspace(encoded.size()), settings.limits());
    }

    private static ModelParameters flat(DataType type, Bytes encoded) {
        if (encoded.size() % type.byteSize() != 0) {
            throw foreign(encoded, "a row of " + type.numpyName() + " numbers");
        }
        return ModelParameters.of(new Tensor(type, new long[] {encoded.size() / type.byteSize()}, encoded));
    }

    private static void writeFloats(Tensor tensor, OutputStream out) throws IOException {
        double[] values = new double[BLOCK];
        ByteBuffer floats = ByteBuffer.allocate(BLOCK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long from = 0; from < tensor.elementCount(); from += BLOCK) {
            int count = (int) Math.min(BLOCK, tensor.elementCount() - from);
            TensorConversion.toDoubles(tensor.dataType(), tensor.toBuffer(from, count), count, values, 0);
            floats.clear();
            for (int i = 0; i < count; i++) {
                floats.putFloat((float) values[i]);
            }
            out.write(floats.array(), 0, floats.position());
        }
    }

    private static ModelException foreign(Bytes encoded, String expected) {
        return new ModelException(
                ErrorCode.FAILED_PRECONDITION,
                "bad_tensor",
                "The training model of " + encoded.size() + " bytes is not " + expected
                        + "; read its bytes with openTrainingModel(), or name another helper");
    }
}
