"""Sends a model with the reference client, which computes its digest first, as it does for each update, unless digest=known."""

import os

import clients
import measured
from scaleout import ScaleoutModel
from scaleoututil.grpc import scaleout_pb2

given = measured.arguments()
runtime = clients.direct(given)


def work(path, watch):
    with ScaleoutModel.from_file(path) as model:
        if given.get("digest") == "known":
            assert model.checksum
        with watch:
            answer = runtime.send_model_to_combiner(model)
        assert answer.status == scaleout_pb2.ModelStatus.OK, answer.message


measured.run(work)
os._exit(0)
