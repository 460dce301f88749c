#!/usr/bin/env bash
# One would guess that safetensors' NumPy writer stores an array as it is seen, however it lies in memory. Release 0.8.0 writes the
# bytes in memory order under the shape that is seen: a transposed matrix or every second column comes back with other values, without
# an error. Release 0.7.0 writes them right. Seen with safetensors 0.8.0 and 0.7.0, NumPy 2.5.5.
#
# A client that hands its model to a Python peer's save_file, or gets its seed model from there, then starts from a scrambled layer:
# Keras and PyTorch store dense layers the other way round, so a transposition is the usual step between them.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet numpy==2.5.5 safetensors==0.8.0
"$work/venv/bin/pip" install --quiet --no-deps --target "$work/earlier" safetensors==0.7.0

cat > "$work/write.py" <<'PYTHON'
import importlib.metadata
import sys

import numpy as np
from safetensors.numpy import load, save

weights = np.arange(6, dtype=np.float32).reshape(2, 3)
arrays = {"transposed": weights.T, "Fortran": np.asfortranarray(weights), "columns": weights[:, ::2]}
wrong = []
for name, array in arrays.items():
    read = load(save({name: array}))[name]
    print(f"safetensors {importlib.metadata.version('safetensors')}: {name} {array.tolist()} is read as {read.tolist()}")
    if not np.array_equal(read, array):
        wrong.append(name)
copied = load(save({"w": np.ascontiguousarray(weights.T)}))["w"]
assert np.array_equal(copied, weights.T), "changed: a copy in row order is read wrong too"
assert wrong == sys.argv[1:], f"changed: wrong were {wrong}, expected {sys.argv[1:]}"
PYTHON
"$work/venv/bin/python" "$work/write.py" transposed Fortran columns
PYTHONPATH="$work/earlier" "$work/venv/bin/python" "$work/write.py"
