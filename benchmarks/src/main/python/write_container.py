"""Makes a container from arrays and asks for its digest."""

import measured
import models
from scaleout import ScaleoutModel


def work(path, watch):
    arrays = models.read(path)
    with watch:
        model = ScaleoutModel.from_training_model(arrays, models.HELPER)
        checksum = model.checksum
    with model:
        assert len(checksum) == 64


measured.run(work)
