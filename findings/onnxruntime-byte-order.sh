#!/usr/bin/env bash
# One would guess that ONNX Runtime's Java API asks a ByteBuffer for its byte order, as it does for a FloatBuffer. It takes the bytes of a
# direct ByteBuffer as they lie, so a buffer in Java's default order, big-endian, gives other numbers on most machines, without an error.
# A FloatBuffer view of the same buffer gives the right ones. DJL hands arrays over as ByteBuffers: NDList.decode of a big-endian .npz
# file, whose order it reads from the header and sets on the buffer, gives tiny numbers in place of 1, 2, 3.
# Seen with ONNX Runtime 1.29.0 and DJL 0.36.0 on Java 17, x86-64.
#
# Java writes big-endian by default (DataOutputStream, ByteBuffer), and NumPy keeps the order of what it was given. A client that evaluates
# such a model gets an accuracy that looks like a bad round.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet numpy==2.5.5
cat > "$work/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.microsoft.onnxruntime</groupId>
      <artifactId>onnxruntime</artifactId>
      <version>1.29.0</version>
    </dependency>
    <dependency>
      <groupId>ai.djl.onnxruntime</groupId>
      <artifactId>onnxruntime-engine</artifactId>
      <version>0.36.0</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>2.0.17</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$work/lib"

"$work/venv/bin/python" - "$work" <<'PYTHON'
import sys

import numpy as np

for name, dtype in {"little": "<f4", "big": ">f4"}.items():
    np.savez(f"{sys.argv[1]}/{name}.npz", w=np.array([1, 2, 3], dtype))
    assert np.load(f"{sys.argv[1]}/{name}.npz")["w"].tolist() == [1, 2, 3]
PYTHON

cat > "$work/Orders.java" <<'JAVA'
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

public class Orders {
    private static final long[] SHAPE = {3};

    static ByteBuffer buffer(ByteOrder order) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(12).order(order);
        buffer.asFloatBuffer().put(new float[] {1, 2, 3});
        return buffer;
    }

    static float[] djl(NDManager manager, Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return NDList.decode(manager, in).get(0).toFloatArray();
        }
    }

    static void check(String what, float[] values, boolean right) {
        System.out.println(what + ": [1, 2, 3] is " + Arrays.toString(values));
        if (Arrays.equals(values, new float[] {1, 2, 3}) != right) {
            throw new AssertionError("changed: expected " + (right ? "the same" : "other") + " values");
        }
    }

    public static void main(String[] arguments) throws Exception {
        // DJL comes first, since it makes the environment that both use.
        try (NDManager manager = Engine.getEngine("OnnxRuntime").newBaseManager()) {
            check("DJL 0.36.0, little-endian npz", djl(manager, Path.of(arguments[0], "little.npz")), true);
            check("DJL 0.36.0, big-endian npz", djl(manager, Path.of(arguments[0], "big.npz")), false);
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            ByteBuffer buffer = buffer(order);
            try (OnnxTensor viewed = OnnxTensor.createTensor(environment, buffer.asFloatBuffer(), SHAPE);
                    OnnxTensor plain = OnnxTensor.createTensor(environment, buffer, SHAPE, OnnxJavaType.FLOAT)) {
                check("ONNX Runtime 1.29.0, FloatBuffer, " + order, (float[]) viewed.getValue(), true);
                check("ONNX Runtime 1.29.0, ByteBuffer, " + order, (float[]) plain.getValue(), order == ByteOrder.nativeOrder());
            }
        }
    }
}
JAVA
HOME="$work" ORT_DISABLE_TELEMETRY=1 java -Djava.io.tmpdir="$work" -Duser.home="$work" -cp "$work/lib/*" "$work/Orders.java" "$work"
