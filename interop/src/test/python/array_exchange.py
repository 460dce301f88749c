"""Reads and writes arrays with NumPy and the safetensors package, and tells on standard output, as JSON, what is in them.

    array_exchange.py describe FILE...  what they see in .npy, .npz and .safetensors files
    array_exchange.py write FOLDER      writes files of all three formats
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

DATA_TYPES = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"]


def load(path):
    if path.suffix == ".npy":
        return {"0": np.load(path)}
    if path.suffix == ".npz":
        with np.load(path) as archive:
            return {name: archive[name] for name in archive.files}
    return load_file(path)


def describe_array(array):
    little_endian = array.astype(array.dtype.newbyteorder("<"))
    return {"type": array.dtype.name, "shape": list(array.shape), "sha256": hashlib.sha256(little_endian.tobytes(order="C")).hexdigest()}


def describe(path):
    return {"file": path.name, "arrays": {name: describe_array(array) for name, array in load(path).items()}}


def typical(data_type):
    bits = np.random.default_rng(11).integers(0, 2 if data_type == "bool" else 256, 6 * np.dtype(data_type).itemsize, np.uint8)
    return bits.view(data_type).reshape(2, 3)


def arrays():
    yield from ((data_type, typical(data_type)) for data_type in DATA_TYPES)
    yield "scalar", np.array(0.5, np.float32)
    yield "empty", np.zeros((3, 0), np.int64)
    yield "größe/层.weight", np.arange(24, dtype=np.float32).reshape(2, 3, 4)


def orders():
    grid = np.arange(12, dtype=np.float32).reshape(3, 4)
    yield "fortran", np.asfortranarray(grid)
    yield "big", grid.astype(">f4")
    yield "fortran_big", np.asfortranarray(grid.astype(">f8"))
    yield "strided", grid[::2, ::-1]


def write(folder):
    for name, array in [*arrays(), *orders()]:
        np.save(folder / f"{name.replace('/', '_')}.npy", array)
    for version in [(1, 0), (2, 0), (3, 0)]:
        with open(folder / f"version{version[0]}.npy", "wb") as file:
            np.lib.format.write_array(file, typical("float32"), version)
    np.savez(folder / "stored.npz", **dict(arrays()), **dict(orders()))
    np.savez_compressed(folder / "compressed.npz", **dict(arrays()), **dict(orders()))
    save_file(dict(arrays()), folder / "arrays.safetensors", {"format": "np"})
    save_file({}, folder / "none.safetensors")
    return [describe(path) for path in sorted(folder.iterdir())]


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
