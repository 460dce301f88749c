#!/usr/bin/env bash
# One would guess that bagging gives the same forest in whichever order the clients' trees arrive. XGBoost starts from a base score that it
# takes from each client's labels, and each client's trees correct that start. Flower's bagging collects the trees and keeps the base score
# of the client whose reply it takes first. So the order of the replies decides the model: here the same two updates predict 0.94, or 0.06.
# With a base_score that is set, both orders give the same model.
# Seen with Flower 1.42.0 (aggregate_bagging, which FedXgbBagging calls for each reply) and xgboost-cpu 3.4.1.
#
# A client that trains trees should set base_score to a number that all clients share; labels that are spread unevenly over the clients are
# the rule.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet numpy==2.5.5 flwr==1.42.0 xgboost-cpu==3.4.1

"$work/venv/bin/python" - <<'PYTHON'
import functools

import numpy as np
import xgboost
from flwr.serverapp.strategy.strategy_utils import aggregate_bagging

random = np.random.default_rng(1)
PROBES = xgboost.DMatrix(np.array([[0.0], [1.0], [3.0]]))


def update(positives, settings):
    """The first round of a client with this share of positive labels."""
    labels = (random.random(400) < positives).astype(float)
    features = random.normal(labels, 1)[:, None]
    parameters = {"objective": "binary:logistic", "max_depth": 3, "eta": 0.1, "nthread": 1, **settings}
    trained = xgboost.train(parameters, xgboost.DMatrix(features, label=labels), num_boost_round=1)
    return bytes(trained.save_raw("json"))


def predictions(updates):
    booster = xgboost.Booster({"nthread": 1})
    booster.load_model(bytearray(functools.reduce(aggregate_bagging, updates, b"")))
    return booster.predict(PROBES)


def orders(**settings):
    updates = [update(0.95, settings), update(0.05, settings)]
    results = predictions(updates), predictions(updates[::-1])
    for order, result in zip(("the ill first", "the well first"), results):
        print(f"Flower 1.42.0, XGBoost 3.4.1, {settings or 'default'}, {order}: {result.astype(float).round(3).tolist()}")
    return results


first, second = orders()
assert (first > 0.9).all() and (second < 0.1).all(), "changed: the order no longer decides"
first, second = orders(base_score=0.5)
assert np.allclose(first, second), "changed: the order decides with a base score, too"
PYTHON
