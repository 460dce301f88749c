"""Reads and writes models with the reference's ScaleoutModel and numpyhelper, and tells on standard output, as JSON, what is in them.

    model_exchange.py describe FILE...  what the reference sees in containers (.scm) and parameter archives (.npz)
    model_exchange.py write FOLDER      writes a container and an archive for each of a number of models
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

from scaleoututil.helpers.helpers import get_helper
from scaleoututil.utils.model import ScaleoutModel, ScaleoutModelBuilder

HELPER = get_helper("numpyhelper")

# Releases before 1.1.0 have no attached files.
KNOWS_FILES = hasattr(ScaleoutModelBuilder, "set_file")

DATA_TYPES = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def describe_arrays(arrays):
    return [
        {
            "type": array.dtype.name,
            "shape": list(array.shape),
            "sha256": sha256(array.astype(array.dtype.newbyteorder("<")).tobytes(order="C")),
        }
        for array in arrays
    ]


def describe(path):
    if path.suffix == ".npz":
        return {"file": path.name, "arrays": describe_arrays(HELPER.load(str(path)))}
    with ScaleoutModel.from_file(str(path)) as model:
        description = {
            "file": path.name,
            "model_id": model.model_id,
            "checksum": model.checksum,
            "metadata": model.metadata,
            "arrays": describe_arrays(model.get_training_model()),
            "files": {name: sha256(model.get_file(name)) for name in model.list_files()} if KNOWS_FILES else {},
        }
        if model.has_inference_model:
            with model.get_inference_model_stream() as stream:
                description["inference_model"] = {"format": model.get_inference_model_format(), "sha256": sha256(stream.read())}
        return description


def typical(data_type):
    limits = np.finfo(data_type) if np.issubdtype(data_type, np.floating) else None
    if limits is not None:
        return np.array([0.0, -0.0, 1.5, -2.25, limits.max, limits.min, limits.tiny, np.inf, -np.inf, np.nan], data_type)
    if data_type == "bool":
        return np.array([[True, False, False], [False, True, True]])
    limits = np.iinfo(data_type)
    return np.array([[0, 1, 2], [limits.max, limits.min, 3]], data_type)


def models():
    yield "all_types", [typical(data_type) for data_type in DATA_TYPES]
    yield "more_than_ten", [np.full((2, i), i, np.float32) for i in range(12)]
    yield "shapes", [np.float32(0.5), np.zeros((0, 3), np.float64), np.arange(24, dtype=np.int32).reshape(2, 3, 4), np.array([], np.float32)]
    grid = np.arange(12, dtype=np.float32).reshape(3, 4)
    yield "orders", [np.asfortranarray(grid), grid.astype(">f4"), grid[::2, ::-1], np.arange(6, dtype=">i8").reshape(2, 3)]
    yield "large", [np.random.default_rng(7).standard_normal((1000, 1000), np.float32)]


def write(folder):
    descriptions = []
    for name, arrays in models():
        archive = folder / f"{name}.npz"
        HELPER.save(arrays, str(archive))
        container = folder / f"{name}.scm"
        builder = ScaleoutModelBuilder.from_training_model(arrays, HELPER)
        builder.set_metadata_dict({"name": name, "note": "größer als 0 \U0001f642", "nested": {"list": [1, 2.5, True, None], "big": 2**53 + 1}})
        if KNOWS_FILES:
            builder.set_file("labels.txt", "ja\nnein\n".encode())
        builder.set_inference_model(b"\x00\x01inference", "onnx")
        with builder.build() as model:
            model.save_to_file(str(container))
        descriptions += [describe(container), describe(archive)]
    return descriptions


def main():
    command, *paths = sys.argv[1:]
    if command == "describe":
        result = [describe(Path(path)) for path in paths]
    elif command == "write":
        result = write(Path(paths[0]))
    else:
        sys.exit(f"unknown command: {command}")
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
