"""Logs telemetry in one burst with the reference client and waits until the server has acknowledged all of it."""

import os
import time

import clients
import measured

CALL = "telemetry, time of one call, p99"

client, runtime = clients.assigned(measured.arguments())


def unacknowledged():
    return sum(of_class.depth + of_class.in_flight for of_class in runtime._backend.stats().values())


def work(records, watch):
    seconds = []
    with watch:
        for i in range(int(records)):
            start = time.perf_counter()
            client.log_telemetry("benchmark", {"value": i})
            seconds.append(time.perf_counter() - start)
        while unacknowledged() > 0:
            time.sleep(0.005)
    seconds.sort()
    watch.more[CALL] = seconds[int(len(seconds) * 0.99)] * 1e6


measured.run(work)
os._exit(0)
