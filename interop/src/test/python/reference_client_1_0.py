"""A client of a federation, on the EdgeClient of the reference's first generation (1.0.0, 1.0.1).

Training adds 1.0 to every parameter and logs the mean it reached, or waits to be aborted if the settings say so; validation
and prediction give the mean of all parameters. Arguments are the URL of the API, the client's id and how many examples to
claim; the credential is in the variable PEER_TOKEN if there is one. SIGTERM ends it, and so does the end of its standard input.
"""

import argparse
import os
import sys
import time

import numpy as np

import peer
from scaleout.client.connect import ClientOptions
from scaleout.client.edge_client import ConnectToApiResult, EdgeClient
from scaleoututil.helpers.helpers import get_helper
from scaleoututil.utils.model import ScaleoutModel

HELPER = get_helper("numpyhelper")

# Its variable takes whole seconds only.
POLL_SECONDS = 0.2


def mean(parameters):
    return float(np.mean(np.concatenate([array.ravel().astype(np.float64) for array in parameters])))


def custom_callbacks(client):
    def echo(parameters):
        return {"echo": parameters}

    def log(parameters):
        client.log_attributes(parameters["attributes"])
        client.log_telemetry(parameters["telemetry"])
        return {"logged": True}

    def wait(parameters):
        while True:
            client.check_task_abort()
            time.sleep(0.02)

    def fail(parameters):
        raise ValueError("as asked")

    for callback in (echo, log, wait, fail):
        client.set_custom_callback(callback.__name__, callback)
    return wait


def callbacks(client, examples):
    wait = custom_callbacks(client)

    def train(model, settings):
        if settings.get("wait"):
            wait(settings)
        trained = [array + array.dtype.type(1) for array in model.get_model_params(HELPER)]
        client.log_metric({"mean": mean(trained)})
        return ScaleoutModel.from_model_params(trained, HELPER), {"training_metadata": {"num_examples": examples}}

    def describe(model):
        return {"mean": mean(model.get_model_params(HELPER))}

    client.set_train_callback(train)
    client.set_validate_callback(describe)
    client.set_predict_callback(describe)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("api")
    arguments.add_argument("client_id")
    arguments.add_argument("examples", type=int)
    options = arguments.parse_args()
    peer.end_with_standard_input()

    client = EdgeClient()
    client.task_receiver.polling_interval = POLL_SECONDS
    who = ClientOptions(name=options.client_id, package="local", client_id=options.client_id)
    result, answer = client.connect_to_api(options.api, who.to_json(), os.environ.get("PEER_TOKEN"))
    if result != ConnectToApiResult.Assigned:
        sys.exit(f"no assignment: {result.name} {answer}")
    if not client.init_grpchandler(answer):
        sys.exit("the combiner could not be greeted")
    callbacks(client, options.examples)
    client.run(with_heartbeat=True)


if __name__ == "__main__":
    main()
