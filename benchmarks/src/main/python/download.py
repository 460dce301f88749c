"""Fetches a model with the reference client, which verifies it and puts it on the disk."""

import os

import clients
import measured

runtime = clients.direct(measured.arguments())


def work(model_id, watch):
    with watch:
        model = runtime.get_model_from_combiner(model_id)
    with model:
        assert model.model_id == model_id


measured.run(work)
os._exit(0)
