#!/usr/bin/env bash
# One would guess that the average of half-precision models lies between the smallest and the largest of them. Both averages here are
# computed in the precision of the models, in which 65,504 is the largest number and nothing widens a sum:
# - increment_average of scaleoututil 1.1.0, the same code that FEDn's FedAvg calls for each further update: the difference is multiplied
#   by the examples of the update, then divided by all examples so far. Once these are 65,520, an update counts for nothing: that number
#   is inf. A product above 65,504 becomes inf or NaN, and an update of 65,520 examples makes every weight NaN, also where models agree.
# - FedAvg of Flower 1.42.0's message API: each client adds its share. 100 models of ones have the average 0.988. In the end a share is too
#   small to change the sum: 5,000 models have the average 0.5, and 10,000 have 0.25. Nothing is logged.
# Seen with NumPy 2.5.5. In single precision both are right.
#
# A client should send float32 even if it trains in float16: its update is right, and the next global model is not.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet numpy==2.5.5 scaleoututil==1.1.0 flwr==1.42.0

"$work/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
from scaleoututil.helpers.helpers import get_helper

helper = get_helper("numpyhelper")


def average(dtype, first, second):
    models = [np.array([1, 1], dtype)], [np.array([1, 4], dtype)]
    result = helper.increment_average(*models, second, first + second)[0].tolist()
    print(f"scaleoututil: {np.dtype(dtype)}, [1, 1] of {first:,} examples and [1, 4] of {second:,}: average {result}")
    return result


assert average(np.float16, 1_000, 1_000) == [1, 2.5], "changed: few examples"
assert average(np.float16, 50_000, 20_000) == [1, 1], "changed: 70,000 examples in all"
assert average(np.float16, 30_000, 30_000) == [1, np.inf], "changed: a large product"
assert np.isnan(average(np.float16, 70_000, 70_000)).all(), "changed: an update of 70,000 examples"
assert average(np.float32, 70_000, 70_000) == [1, 2.5], "changed: float32"
PYTHON

"$work/venv/bin/python" - <<'PYTHON'
import numpy as np
from flwr.app import Array, ArrayRecord, MetricRecord, RecordDict
from flwr.serverapp.strategy.strategy_utils import aggregate_arrayrecords


def average(dtype, clients):
    reply = RecordDict({
        "arrays": ArrayRecord({"w": Array(np.ones(1, dtype))}),
        "metrics": MetricRecord({"num-examples": 10}),
    })
    result = aggregate_arrayrecords([reply] * clients, "num-examples")["w"].numpy()
    print(f"Flower: {np.dtype(dtype)}, {clients:,} clients with [1]: average {result.tolist()}")
    return result.item()


assert 0.98 < average(np.float16, 100) < 0.99, "changed: 100 clients"
assert average(np.float16, 5_000) < 0.6, "changed: 5,000 clients"
assert average(np.float16, 10_000) < 0.3, "changed: 10,000 clients"
assert abs(average(np.float32, 10_000) - 1) < 1e-3, "changed: float32"
PYTHON
