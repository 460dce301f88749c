#!/usr/bin/env bash
# One would guess that LightGBM, which stores the names of pandas categories in a model and maps each frame to them when it predicts, does
# so too when a client goes on training with init_model. It keeps the trees, which know numbers, and replaces the names by those of the new
# frame. If that has one category more or less, each number behind it means another word: one round with a learning rate of nearly nothing
# makes the model answer for a bus what it had learned of a car. The log says nothing of it. With one CategoricalDtype for all clients the
# answers stay.
# Seen with LightGBM 4.7.0, pandas 3.1.1, NumPy 2.4.6.
#
# Clients that train one after the other hand the model on like this, and each has the categories that occur in its own data. A validation
# before the training finds the global model right. The training starts from the scrambled one, and sends that on with its own trees.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet numpy==2.4.6 pandas==3.1.1 lightgbm==4.7.0

"$work/venv/bin/python" -W error - <<'PYTHON'
import lightgbm
import pandas as pd

MINUTES = {"bike": 10, "bus": 20, "car": 30, "tram": 40}
SETTINGS = {
    "objective": "l2",
    "min_data_in_leaf": 1,
    "min_data_per_group": 1,
    "cat_smooth": 0,
    "cat_l2": 0,
    "num_threads": 1,
    "verbosity": -1,
}


def frame(words, dtype):
    return pd.DataFrame({"by": pd.Series(list(words) * 50).astype(dtype)})


def train(words, dtype, rate, rounds, **start):
    data = lightgbm.Dataset(frame(words, dtype), [MINUTES[word] for word in words] * 50)
    return lightgbm.train({**SETTINGS, "learning_rate": rate}, data, rounds, **start).model_to_string()


def answers(model, words, dtype):
    predicted = lightgbm.Booster(model_str=model).predict(frame(words, dtype))
    return {word: round(float(minutes)) for word, minutes in zip(words, predicted)}


def federation(title, dtype):
    """The first client learns from three words. The second has all four, and makes one round that should change next to nothing."""
    first, second = ["bus", "car", "tram"], ["bike", "bus", "car", "tram"]
    model = train(first, dtype, 0.3, 60)
    before = answers(model, second, dtype)
    model = train(second, dtype, 1e-6, 1, init_model=lightgbm.Booster(model_str=model))
    after = answers(model, second, dtype)
    print(f"LightGBM 4.7.0, {title}: before the round {before}, after it {after}, first client's frame {answers(model, first, dtype)}")
    return before, after


def right(predicted):
    return all(abs(predicted[word] - MINUTES[word]) <= 1 for word in ("bus", "car", "tram"))


before, after = federation("each client's own categories", "category")
assert right(before), "changed: prediction does not map the categories"
assert after["bus"] == MINUTES["car"] and after["car"] == MINUTES["tram"], "changed: the categories no longer move"
before, after = federation("one CategoricalDtype", pd.CategoricalDtype(list(MINUTES)))
assert right(before) and right(after), "changed: a shared dtype is not right either"
PYTHON
