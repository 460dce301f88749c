"""Gives a model another id and asks for the digest of the result, as before each upload of an update."""

import uuid

import measured
from scaleout import ScaleoutModel


def work(path, watch):
    with ScaleoutModel.from_file(path) as model:
        before = model.checksum
        model_id = str(uuid.uuid4())
        with watch:
            changed = model.to_builder().set_model_id(model_id).build()
            after = changed.checksum
        with changed:
            assert after != before and changed.model_id == model_id


measured.run(work)
