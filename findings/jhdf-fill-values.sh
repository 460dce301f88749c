#!/usr/bin/env bash
# One would guess that jHDF gives the same values as the HDF5 library. Where a dataset was not written, HDF5 gives its fill value; jHDF
# gives zeros for a chunk that is missing, and null for a dataset without any data. It knows the fill value: getFillValue() gives it.
# Seen with jHDF 0.9.4 on files of h5py 3.16.0.
#
# A client that reads its training data with jHDF takes measurements that were never made (NaN) for zeros, and trains on them without an
# error.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet h5py==3.16.0
cat > "$work/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.jhdf</groupId>
      <artifactId>jhdf</artifactId>
      <version>0.9.4</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$work/lib"

"$work/venv/bin/python" - "$work/data.h5" <<'PYTHON'
import sys

import h5py
import numpy as np

with h5py.File(sys.argv[1], "w") as file:
    file.create_dataset("measured", (4,), "f4", chunks=(2,), fillvalue=np.nan)[0:2] = [5, 6]
    grown = file.create_dataset("grown", (2,), "f4", chunks=(2,), maxshape=(None,), fillvalue=-1)
    grown[:] = [5, 6]
    grown.resize((4,))
    file.create_dataset("scale", (4,), "f4", fillvalue=1)
    for name, dataset in file.items():
        print(f"h5py 3.16.0: {name} is {dataset[()].tolist()}")
    assert np.isnan(file["measured"][2:]).all() and (file["grown"][2:] == -1).all() and (file["scale"][:] == 1).all()
PYTHON

cat > "$work/Read.java" <<'JAVA'
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import java.nio.file.Path;
import java.util.Arrays;

public class Read {
    static void check(HdfFile file, String name, float... expected) {
        Dataset dataset = file.getDatasetByPath(name);
        float[] read = (float[]) dataset.getData();
        System.out.printf(
                "jHDF 0.9.4: %s is %s, its fill value %s%n", name, Arrays.toString(read), dataset.getFillValue());
        if (!Arrays.equals(read, expected)) {
            throw new AssertionError("changed: expected " + Arrays.toString(expected));
        }
    }

    public static void main(String[] arguments) {
        try (HdfFile file = new HdfFile(Path.of(arguments[0]))) {
            check(file, "measured", 5, 6, 0, 0);
            check(file, "grown", 5, 6, 0, 0);
            check(file, "scale", (float[]) null);
        }
    }
}
JAVA
java -cp "$work/lib/*" "$work/Read.java" "$work/data.h5"
