#!/usr/bin/env bash
# One would guess that ND4J writes an array to a .npy file as it is seen, and reads what NumPy wrote. writeAsNumpy writes the memory from
# its beginning under the shape that is seen: a slice, a transposed array or one in column order gets other values. createFromNpyFile
# reads a file in column order ("fortran_order": True) as if it were in row order. Neither says a word.
# Seen with ND4J and Deeplearning4j 1.0.0-M2.1 on Java 17, NumPy 2.5.5.
#
# Deeplearning4j keeps each layer's weights in column order, as views of one long vector. So the obvious way to hand a layer to a Python
# peer scrambles each matrix. dup('c') makes a copy that is written right.
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
      <groupId>org.nd4j</groupId>
      <artifactId>nd4j-native</artifactId>
      <version>1.0.0-M2.1</version>
    </dependency>
    <dependency>
      <groupId>org.nd4j</groupId>
      <artifactId>nd4j-native</artifactId>
      <version>1.0.0-M2.1</version>
      <classifier>linux-x86_64</classifier>
    </dependency>
    <dependency>
      <groupId>org.bytedeco</groupId>
      <artifactId>openblas</artifactId>
      <version>0.3.19-1.5.7</version>
      <classifier>linux-x86_64</classifier>
    </dependency>
    <dependency>
      <groupId>org.bytedeco</groupId>
      <artifactId>javacpp</artifactId>
      <version>1.5.7</version>
      <classifier>linux-x86_64</classifier>
    </dependency>
    <dependency>
      <groupId>org.deeplearning4j</groupId>
      <artifactId>deeplearning4j-nn</artifactId>
      <version>1.0.0-M2.1</version>
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

"$work/venv/bin/python" - "$work/columns.npy" <<'PYTHON'
import sys

import numpy as np

np.save(sys.argv[1], np.asfortranarray(np.array([[0, 1], [10, 11], [20, 21]], np.float32)))
PYTHON

cat > "$work/Weights.java" <<'JAVA'
import java.io.File;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

public class Weights {
    static void show(String what, INDArray array) {
        System.out.println("ND4J 1.0.0-M2.1: " + what + " is " + Arrays.deepToString(array.toFloatMatrix()));
    }

    public static void main(String[] arguments) throws Exception {
        File folder = new File(arguments[0]);
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(2).build())
                .layer(new OutputLayer.Builder().nIn(2).nOut(2).activation(Activation.SOFTMAX).build())
                .build());
        network.init();
        INDArray weights = network.getLayer(0).getParam("W");
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 2; column++) {
                weights.putScalar(row, column, 10 * row + column);
            }
        }
        show("a layer's W", weights);
        Nd4j.writeAsNumpy(weights, new File(folder, "layer.npy"));
        Nd4j.writeAsNumpy(weights.dup('c'), new File(folder, "copy.npy"));
        INDArray rows = weights.dup('c').get(NDArrayIndex.interval(1, 3), NDArrayIndex.all());
        show("a slice", rows);
        Nd4j.writeAsNumpy(rows, new File(folder, "slice.npy"));

        INDArray read = Nd4j.createFromNpyFile(new File(folder, "columns.npy"));
        show("NumPy's [[0, 1], [10, 11], [20, 21]] in column order", read);
        if (!Arrays.deepEquals(read.toFloatMatrix(), new float[][] {{0, 10}, {20, 1}, {11, 21}})) {
            throw new AssertionError("changed: an array in column order is read in another way");
        }
    }
}
JAVA
java -Djava.io.tmpdir="$work" -Duser.home="$work" -cp "$work/lib/*" "$work/Weights.java" "$work"

"$work/venv/bin/python" - "$work" <<'PYTHON'
import sys

import numpy as np

expected = {
    "layer": [[0, 10], [20, 1], [11, 21]],
    "slice": [[0, 1], [10, 11]],
    "copy": [[0, 1], [10, 11], [20, 21]],
}
for name, values in expected.items():
    written = np.load(f"{sys.argv[1]}/{name}.npy").tolist()
    print(f"NumPy 2.5.5: {name}.npy has {written}")
    assert written == values, f"changed: expected {values}"
PYTHON
