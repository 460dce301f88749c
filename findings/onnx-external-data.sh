#!/usr/bin/env bash
# One would guess that onnx.save leaves the model in memory as it is, and replaces the files of an earlier call. With
# save_as_external_data=True it does neither:
# - it takes the weights out of the model in memory, so SerializeToString() then gives a few bytes without them, and no error
# - it appends to the file of weights: each round's weights come after all earlier ones. The check that should refuse an existing file
#   (FileExistsError) looks for it in the working folder, and the file lies beside the model; so it refuses only where the two are the same.
# Seen with onnx 1.23.2, NumPy 2.4.6.
#
# A client that saves a large model to its disk and then sends it, sends no weights. A client that saves each round's model to one place
# fills its disk, and sees nothing, for what it reads back is right. Delete the file of weights first, and save a copy of the model.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet numpy==2.4.6 onnx==1.23.2

"$work/venv/bin/python" -W error - "$work" <<'PYTHON'
import copy
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = sys.argv[1]
WEIGHTS = 100 * 100 * 4


def model(value):
    weights = numpy_helper.from_array(np.full((100, 100), value, np.float32), "w")
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 100]) for name in ("x", "y")]
    return helper.make_model(helper.make_graph([helper.make_node("MatMul", ["x", "w"], ["y"])], "g", ends[:1], ends[1:], [weights]))


def save(trained, folder=FOLDER):
    onnx.save(trained, os.path.join(folder, "model.onnx"), save_as_external_data=True, location="model.data")


def stored():
    read = numpy_helper.to_array(onnx.load(f"{FOLDER}/model.onnx").graph.initializer[0])
    return os.path.getsize(f"{FOLDER}/model.data"), float(read[0, 0])


for round in (1, 2, 3):
    trained = model(round)
    before = len(trained.SerializeToString())
    save(trained)
    after = len(trained.SerializeToString())
    size, value = stored()
    print(f"onnx 1.23.2, round {round}: the model has {before} bytes, after the save {after}; the file of weights has {size}, read {value}")
    assert before > WEIGHTS > 100 * after, "changed: the model keeps its weights"
    assert (size, value) == (round * WEIGHTS, round), "changed: the file does not grow"

os.chdir(FOLDER)
try:
    save(model(4), "")
    sys.exit("changed: the file in the working folder is not refused")
except FileExistsError as failure:
    print(f"onnx 1.23.2, in the folder itself: {type(failure).__name__}")

os.remove("model.data")
trained = model(5)
save(copy.deepcopy(trained))
print(f"onnx 1.23.2, a copy, after the file was deleted: {stored()}, the model has {len(trained.SerializeToString())} bytes")
assert stored() == (WEIGHTS, 5) and len(trained.SerializeToString()) > WEIGHTS, "changed: the way round does not help"
PYTHON
