"""A client of a federation, on the EdgeClient of the reference.

Training adds 1.0 to every floating-point parameter and logs the mean it reached; validation gives the mean of all
parameters. Arguments are the URL of the API, the client's id and how many examples to claim; the credential is in the
variable PEER_TOKEN. SIGTERM ends it, and so does the end of its standard input.
"""

import argparse
import os
import sys

import numpy as np

import peer
from scaleout import EdgeClient, ScaleoutModel
from scaleout.client.connect import ClientOptions
from scaleout.client.edge_client import ConnectToApiResult
from scaleoututil.helpers.helpers import get_helper

HELPER = get_helper("numpyhelper")


def mean(parameters):
    return float(np.mean(np.concatenate([array.ravel().astype(np.float64) for array in parameters])))


def callbacks(client, examples):
    def train(model, settings):
        trained = [
            array + array.dtype.type(1) if np.issubdtype(array.dtype, np.floating) else array
            for array in model.get_training_model(HELPER)
        ]
        client.log_metric({"mean": mean(trained)})
        return ScaleoutModel.from_training_model(trained, HELPER), {"training_metadata": {"num_examples": examples}}

    def validate(model):
        return {"mean": mean(model.get_training_model(HELPER))}

    client.set_train_callback(train)
    client.set_validate_callback(validate)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("api")
    arguments.add_argument("client_id")
    arguments.add_argument("examples", type=int)
    options = arguments.parse_args()
    peer.end_with_standard_input()

    client = EdgeClient()
    who = ClientOptions(name=options.client_id, package="local", client_id=options.client_id)
    result, answer = client.connect_to_api(options.api, who.to_json(), os.environ["PEER_TOKEN"])
    if result != ConnectToApiResult.Assigned:
        sys.exit(f"no assignment: {result.name} {answer}")
    if not client.init_grpchandler(answer):
        sys.exit("the combiner could not be greeted")
    callbacks(client, options.examples)
    client.run()


if __name__ == "__main__":
    main()
