"""Opens a container and decodes it to arrays; the reference checks and copies while it does."""

import measured
import models
from scaleout import ScaleoutModel


def work(path, watch):
    with watch:
        with ScaleoutModel.from_file(path) as model:
            arrays = model.get_training_model(models.HELPER)
    assert len(arrays) > 0


measured.run(work)
