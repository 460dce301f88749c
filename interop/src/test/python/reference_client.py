"""A client of a federation, with a callback for every kind of task. JavaPeer has the same.

Training adds 1.0 to every floating-point parameter and logs the mean it reached; validation gives the mean of all
parameters; inference logs it. Arguments are the URL of the API, the client's id and how many examples to claim. SIGTERM
ends it, and so does the end of its standard input.
"""

import argparse

import numpy as np

import federation
from scaleout import ScaleoutModel
from scaleoututil.helpers.helpers import get_helper

HELPER = get_helper("numpyhelper")


def mean(parameters):
    return float(np.mean(np.concatenate([array.ravel().astype(np.float64) for array in parameters])))


class Callbacks:
    def __init__(self, client, examples):
        self.client = client
        self.examples = examples
        client.set_train_callback(self.train)
        client.set_validate_callback(self.validate)
        client.set_inference_callback(self.infer)
        client.set_stage_model_callback(self.staged)
        for custom in [self.echo, self.fail, self.wait, self.log, self.probe, self.infer_alone]:
            client.set_custom_callback(custom.__name__, custom)

    def train(self, model, settings):
        if settings.get("wait"):
            federation.until_stopped(self.client)
        trained = [
            array + array.dtype.type(1) if np.issubdtype(array.dtype, np.floating) else array
            for array in model.get_training_model(HELPER)
        ]
        self.client.log_metric({"mean": mean(trained)})
        return ScaleoutModel.from_training_model(trained, HELPER), {"training_metadata": {"num_examples": self.examples}}

    def validate(self, model):
        if model.metadata.get("wait"):
            federation.until_stopped(self.client)
        return {"mean": mean(model.get_training_model(HELPER))}

    def infer(self, model, parameters):
        result = mean(model.get_training_model(HELPER)) * parameters.get("factor", 1)
        self.client.log_inference_result("mean", {"value": result, "unit": "m"})
        return {"mean": result}

    def staged(self, model):
        self.client.log_attributes({"staged": model.model_id})

    def echo(self, parameters):
        return {"echo": parameters}

    def fail(self, parameters):
        raise ValueError("no such luck")

    def wait(self, parameters):
        federation.until_stopped(self.client)

    def log(self, parameters):
        self.client.log_telemetry("temperature", {"value": 21.5, "unit": "°C"})
        self.client.log_attributes({"cores": 2, "place": {"site": "north", "rack": 7}})
        return {"logged": self.client.log_metric({"loss": 0.5})}

    def probe(self, parameters):
        """Starts a task of the client's own."""

        def probed():
            if parameters.get("wait"):
                federation.until_stopped(self.client)
            return {"probed": parameters}

        return {"task": self.client.start_autonomous_task(probed, "probe", parameters).correlation_id}

    def infer_alone(self, parameters):
        """Starts an inference of the client's own."""
        return {"task": self.client.start_autonomous_inference(parameters["model"], {"factor": 2}).correlation_id}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("api")
    arguments.add_argument("client_id")
    arguments.add_argument("examples", type=int)
    options = arguments.parse_args()
    client = federation.join(options.api, options.client_id)
    Callbacks(client, options.examples)
    client.run()


if __name__ == "__main__":
    main()
