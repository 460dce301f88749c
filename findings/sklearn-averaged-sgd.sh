#!/usr/bin/env bash
# One would guess that scikit-learn's partial_fit goes on from the coef_ that it is given, as predictions do. With average=True,
# SGDClassifier and SGDRegressor keep their weights in attributes of their own: partial_fit goes on from those, and overwrites the coef_
# that was set. Without averaging, the assigned weights are used. Seen with scikit-learn 1.9.1, NumPy 2.5.5.
#
# The usual client sets coef_ and intercept_ to the global model, calls partial_fit and sends coef_. With average=True it sends what it
# learned alone, as if there were no federation, and its validation, which runs before the training, looks right.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet numpy==2.5.5 scikit-learn==1.9.1

"$work/venv/bin/python" - <<'PYTHON'
import numpy as np
from sklearn.linear_model import SGDClassifier, SGDRegressor

random = np.random.default_rng(0)
features = random.normal(size=(200, 3))
labels = (features[:, 0] > 0).astype(int)


def stays(kind, average):
    """Whether a step of training leaves the weights near the global model that was set, and whether a prediction uses it."""
    model = kind(average=average, random_state=0)
    first = {"classes": [0, 1]} if kind is SGDClassifier else {}
    model.partial_fit(features, labels, **first)
    model.coef_ = np.full_like(model.coef_, 1000)
    predict = model.decision_function if kind is SGDClassifier else model.predict
    used = predict(np.ones((1, 3))).item() > 2000
    model.partial_fit(features[:1], labels[:1])
    print(
        f"scikit-learn 1.9.1: {kind.__name__}(average={average}), coef_ set to 1000: predictions use it: {used};"
        f" after partial_fit it is {model.coef_.ravel().round(2).tolist()}"
    )
    assert used, "changed: predictions do not use the assigned coef_"
    return bool((model.coef_ > 900).all())


for kind in SGDClassifier, SGDRegressor:
    assert stays(kind, average=False), "changed: the assigned coef_ is lost without averaging"
    assert not stays(kind, average=True), "changed: the assigned coef_ is kept with averaging"
PYTHON
