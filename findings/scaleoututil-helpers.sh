#!/usr/bin/env bash
# One would guess that the Python client's model helpers give back what they were given, or refuse it:
# - numpyhelper, given a dictionary of weights, stores its keys. The file holds the text "w", and the weights are gone.
# - binaryhelper writes each array in its own precision, and reads the file as float64. Four float32 numbers come back as two others.
# Neither raises an error. Seen with scaleoututil 1.1.0, NumPy 2.5.5.
#
# A state_dict is the natural thing to save, and float32 the usual precision. The first to notice is the client that opens the seed model,
# or whoever wonders why the federation does not learn.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet numpy==2.5.5 scaleoututil==1.1.0

"$work/venv/bin/python" - "$work" <<'PYTHON'
import sys

import numpy as np
from scaleoututil.helpers.helpers import get_helper


def read_back(name, weights):
    helper = get_helper(name)
    read = helper.load(helper.save(weights, f"{sys.argv[1]}/model.npz"))
    print(f"scaleoututil 1.1.0, {name}: {weights} comes back as {read}")
    return [array.tolist() for array in read]


numbers = [1, 2, 3, 4]
for dtype in np.float32, np.float64:
    assert read_back("numpyhelper", [np.array(numbers, dtype)]) == [numbers]
assert read_back("numpyhelper", {"w": np.array(numbers, np.float32)}) == ["w"], "changed: a dictionary is stored in another way"
assert read_back("binaryhelper", [np.array(numbers, np.float64)]) == [numbers]
other = read_back("binaryhelper", [np.array(numbers, np.float32)])
assert len(other[0]) == 2, "changed: float32 is read in another way"
PYTHON
