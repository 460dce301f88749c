"""Writes a container with the reference: input=NUMBERS output=CONTAINER"""

import measured
import models
from scaleout import ScaleoutModel

given = measured.arguments()
with ScaleoutModel.from_training_model(models.read(given["input"]), models.HELPER) as model:
    model.save_to_file(given["output"])
