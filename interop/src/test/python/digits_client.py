"""A client of the digits example, in NumPy: the data, the network and the training are those of the Java one.

Arguments are the URL of the API, the client's id, which client it is (from 1), how many there are, and the file of images:
lines of 64 pixels and the digit. SIGTERM ends it, and so does the end of its standard input.
"""

import argparse

import numpy as np

import federation
from scaleoututil.helpers.helpers import get_helper
from scaleoututil.utils.model import ScaleoutModel

HELPER = get_helper("numpyhelper")

# The first generation has no containers, and other names.
IS_FIRST_GENERATION = not hasattr(ScaleoutModel, "from_training_model")

DIGITS = 10
HELD_OUT_EVERY = 5

STEPS = 8
LEARNING_RATE = 0.2
LEARNING_RATE_DECAY = 0.93
MOMENTUM = np.float32(0.8)


def own_examples(file, number, clients):
    """The images of the digits that this client holds, but for the fifth of each digit that nobody trains on."""
    rows = np.loadtxt(file, delimiter=",", dtype=np.int64)
    rows = rows[np.argsort(rows[:, -1], kind="stable")]
    rows = rows[np.arange(len(rows)) % HELD_OUT_EVERY != HELD_OUT_EVERY - 1]
    own = rows[rows[:, -1] * clients // DIGITS == number - 1]
    return (own[:, :-1].astype(np.float32) - np.float32(5)) / np.float32(8), own[:, -1]


def forward(weights, inputs):
    w1, b1, w2, b2 = weights
    hidden = np.maximum(inputs @ w1 + b1, 0)
    outputs = hidden @ w2 + b2
    outputs = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return hidden, outputs / outputs.sum(axis=1, keepdims=True)


def gradient(weights, inputs, digits):
    hidden, errors = forward(weights, inputs)
    errors[np.arange(len(digits)), digits] -= 1
    errors /= len(digits)
    hidden_errors = (errors @ weights[2].T) * (hidden > 0)
    return [inputs.T @ hidden_errors, hidden_errors.sum(axis=0), hidden.T @ errors, errors.sum(axis=0)]


def evaluate(weights, inputs, digits):
    _, outputs = forward(weights, inputs)
    likelihoods = outputs[np.arange(len(digits)), digits]
    return {
        "accuracy": float(np.mean(outputs.argmax(axis=1) == digits)),
        "loss": float(np.mean(-np.log(np.maximum(likelihoods, np.finfo(np.float32).tiny)))),
    }


def local_training(client, weights, inputs, digits, round_number):
    learning_rate = np.float32(LEARNING_RATE * LEARNING_RATE_DECAY ** (round_number - 1))
    velocity = [np.zeros_like(values) for values in weights]
    for _ in range(STEPS):
        client.check_task_abort()
        slope = gradient(weights, inputs, digits)
        velocity = [MOMENTUM * speed + change for speed, change in zip(velocity, slope)]
        weights = [values - learning_rate * speed for values, speed in zip(weights, velocity)]
    return weights


def weights_of(model):
    return model.get_model_params(HELPER) if IS_FIRST_GENERATION else model.get_training_model(HELPER)


def model_of(weights):
    make = ScaleoutModel.from_model_params if IS_FIRST_GENERATION else ScaleoutModel.from_training_model
    return make(weights, HELPER)


def callbacks(client, inputs, digits):
    def train(model, settings):
        round_number = int(client.current_logging_context.round_id)
        trained = local_training(client, weights_of(model), inputs, digits, round_number)
        loss = evaluate(trained, inputs, digits)["loss"]
        client.log_metric({"training_loss": loss})
        return (
            model_of(trained),
            {"training_metadata": {"num_examples": len(digits), "loss": loss}},
        )

    def validate(model):
        return evaluate(weights_of(model), inputs, digits)

    client.set_train_callback(train)
    client.set_validate_callback(validate)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("api")
    arguments.add_argument("client_id")
    arguments.add_argument("number", type=int)
    arguments.add_argument("clients", type=int)
    arguments.add_argument("images")
    options = arguments.parse_args()
    client = federation.join(options.api, options.client_id)
    callbacks(client, *own_examples(options.images, options.number, options.clients))
    client.run(with_heartbeat=True)


if __name__ == "__main__":
    main()
