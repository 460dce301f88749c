"""Reads and writes parameters with the helpers of the reference that store numbers without their shapes.

    helper_exchange.py FOLDER  writes binary.scm, binary.bin and android.bin there, and tells on standard output, as JSON, what it
                               reads from java-binary.scm, java-android.scm and java-binary.bin
"""

import io
import json
import sys
from pathlib import Path

import numpy as np

from scaleoututil.helpers.helpers import get_helper
from scaleoututil.utils.model import ScaleoutModel, ScaleoutModelBuilder

BINARY = get_helper("binaryhelper")
ANDROID = get_helper("androidhelper")

ARRAYS = [np.array([[1.5, -2.25], [3.0, 1e300]]), np.array([[-0.0, 0.1]])]
WEIGHTS = [1.5, -2.25, 0.1]


def write(folder):
    with ScaleoutModelBuilder.from_training_model(ARRAYS, BINARY).build() as model:
        model.save_to_file(str(folder / "binary.scm"))
    BINARY.save(ARRAYS, str(folder / "binary.bin"))
    ANDROID.save(WEIGHTS, str(folder / "android.bin"))


def stored(path):
    """The bytes as the container holds them: its own reader fails for these helpers."""
    with ScaleoutModel.from_file(str(path)) as model, model.get_training_model_stream() as stream:
        return model.metadata["helper_type"], io.BytesIO(stream.read())


def read(folder):
    binary_name, binary = stored(folder / "java-binary.scm")
    android_name, android = stored(folder / "java-android.scm")
    return {
        binary_name: BINARY.load(binary)[0].tolist(),
        android_name: ANDROID.load(android).tolist(),
        "without a container": BINARY.load(str(folder / "java-binary.bin"))[0].tolist(),
    }


def main():
    folder = Path(sys.argv[1])
    write(folder)
    json.dump(read(folder), sys.stdout)


if __name__ == "__main__":
    main()
