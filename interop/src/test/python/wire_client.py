"""The reference client on its way through the steps of combiner.py, in whichever release is installed.

    wire_client.py API CLIENT_ID

The credential is in the variable PEER_TOKEN; PEER_WITH_POLLING is true, or false for pushed tasks. What a callback does is told by the name of its scenario, the part of the
model's id before the dot. WireClient is the same in Java.
"""

import os
import sys
import time
from collections import Counter

import numpy as np
import yaml

import peer
from scaleout import EdgeClient
from scaleout.client.connect import ClientOptions
from scaleoututil.helpers.helpers import get_helper
from scaleoututil.utils.model import ScaleoutModel

HELPER = get_helper("numpyhelper")
IS_FIRST_GENERATION = not hasattr(ScaleoutModel, "from_training_model")

NAME = "edge-client-07"


class Callbacks:
    def __init__(self, client):
        self.client = client
        self.runs = Counter()

    def scenario(self):
        return self.client.current_logging_context.model_id.split(".")[0]

    def behave(self):
        """What callbacks of all kinds do in scenarios of these names."""
        name = self.scenario()
        if name.endswith("-raises"):
            raise ValueError("as asked")
        if name.endswith(("-interrupted", "-timed-out")):
            self.block()
        return name

    def block(self):
        self.client.log_metric({"started": 1})
        while True:
            self.client.check_task_abort()
            time.sleep(0.02)

    def train(self, model, settings):
        name = self.behave()
        if name.endswith("-none"):
            return None, {}
        self.client.log_metric({"loss": 0.5, "accuracy": 0.1})
        self.client.log_metric({"loss": 0.25})
        arrays = [np.array([1, 2, 3, 4], np.float32)]
        trained = ScaleoutModel.from_model_params(arrays, HELPER) if IS_FIRST_GENERATION else ScaleoutModel.from_training_model(arrays, HELPER)
        examples = 0 if name.endswith("-zero") else 10
        return trained, {"training_metadata": {"num_examples": examples, "settings": settings}}

    def validate(self, model):
        name = self.behave()
        if name.endswith("-none"):
            return None
        return {"accuracy": 0.75, "nested": {"x": [1, 2]}, "text": "größer", "nan": float("nan") if name.endswith("-nan") else 0}

    def predict(self, model):
        self.behave()
        return {"prediction": [0.25, 0.75]}

    def infer(self, model, parameters):
        if model.model_id.startswith("inference-raises"):
            raise ValueError("as asked")
        self.client.log_inference_result("found", {"value": 1, "parameters": parameters})
        return {"dropped": True}

    def staged(self, model):
        self.client.log_attributes({"stage.attribute": model.model_id})

    def count(self, parameters):
        name = self.scenario()
        self.runs[name] += 1
        return {"got": parameters, "runs": self.runs[name]}

    def fail(self, parameters):
        raise ValueError("as asked")

    def wait(self, parameters):
        self.block()

    def empty(self, parameters):
        return {}

    def record(self, parameters):
        client = self.client
        client.log_metric({"a": 1})
        client.log_metric({"a": 2}, step=10)
        client.log_metric({"a": 3}, commit=False)
        client.log_metric({"a": 4, "b": 1e300, "c": 0.1})
        client.log_attributes({"records.text": "größer"})
        if IS_FIRST_GENERATION:
            client.log_telemetry({"records.plain": 21.5})
        else:
            client.log_attributes({"records.number": 1.5, "records.object": {"a": [1, None, True]}})
            client.log_telemetry("records.plain", {"value": 21.5, "unit": "C"})
            client.log_telemetry({"records.number": 1.5})
            client.log_telemetry("records.nan", {"value": float("nan")})
            client.log_telemetry("records.alert", {"value": 1}, priority="alert")

    def start_own(self, parameters):
        self.client.start_autonomous_task(lambda: {"r": 1}, "probe", {"p": 1})
        self.client.start_autonomous_inference("own.model", {"q": 2})
        return {"started": 2}

    def forget(self, parameters):
        self.client.set_train_callback(None)
        self.client.set_validate_callback(None)
        if IS_FIRST_GENERATION:
            self.client.set_predict_callback(None)
        else:
            self.client.set_inference_callback(None)
        return {"forgotten": True}


def enrolled(api, client_id, token):
    """Enrolls by the reference's own command, which names the client, and gives the token that it wrote down."""
    from scaleout.cli.client_cmd import enroll_client

    enroll_client.main(
        ["--api-url", api, "--enrollment-token", token, "--client-id", client_id, "--name", NAME], standalone_mode=False
    )
    with open(f"{client_id}.yaml", encoding="utf-8") as file:
        return yaml.safe_load(file)["refresh_token"]


def join(client, api, client_id):
    token = os.environ["PEER_TOKEN"]
    if not IS_FIRST_GENERATION:
        token = enrolled(api, client_id, token)
    who = ClientOptions(name=NAME, package="local", client_id=client_id)
    result, answer = client.connect_to_api(api, who.to_json(), token)
    if result.name != "Assigned":
        sys.exit(f"no assignment: {result.name} {answer}")
    if not client.init_grpchandler(answer):
        sys.exit("the combiner could not be greeted")


def main():
    api, client_id = sys.argv[1:]
    peer.end_with_standard_input()
    client = EdgeClient()
    join(client, api, client_id)
    callbacks = Callbacks(client)
    client.set_train_callback(callbacks.train)
    client.set_validate_callback(callbacks.validate)
    for name in ["count", "fail", "wait", "empty", "record", "forget", "start_own"]:
        client.set_custom_callback(name, getattr(callbacks, name))
    if IS_FIRST_GENERATION:
        client.set_predict_callback(callbacks.predict)
    else:
        client.set_inference_callback(callbacks.infer)
        client.set_stage_model_callback(callbacks.staged)
        only_end_on_restart()
    client.run(with_heartbeat=True, with_polling=os.environ["PEER_WITH_POLLING"] == "true")


def only_end_on_restart():
    """Lets a restart end this process: a client restarts only if it was started from the command line, which this looks like."""
    from scaleout.client import grpc_edge_client_runtime

    sys.argv = ["scaleout", "client", "start"]
    grpc_edge_client_runtime.restart_with_venv_and_package = lambda: None


if __name__ == "__main__":
    main()
