"""A reference client with its default settings, until its standard input ends. Training gives the model back as it came, and
tells when the callback was entered."""

import os
import threading
import time

import clients
import measured


def train(model, settings):
    entered = time.time()
    return model, {"training_metadata": {"num_examples": 1, "entered": entered}}


def end_with_standard_input():
    while os.read(0, 4096):
        pass
    os._exit(0)


threading.Thread(target=end_with_standard_input, daemon=True).start()
client, _ = clients.assigned(measured.arguments())
client.set_train_callback(train)
client.run()
