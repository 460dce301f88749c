"""What the measured scripts have in common.

They take arguments of the form name=value: warmSeconds, how much processor time to spend on warmInput beforehand, but at most
three times as long; input, what it is measured on; before, how often to do just that without measuring; and server, the process
of the server. The last two may be missing. They tell what they measured as one line of JSON.
"""

import json
import os
import sys
import tempfile
import time

TICKS_PER_SECOND = 100
LONGEST_WARM_UP = 3
BACKED_MEBIBYTES = 1024


def arguments():
    return dict(argument.split("=", 1) for argument in sys.argv[1:])


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def peak_rss_mebibytes():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    raise RuntimeError("there is no VmHWM in /proc/self/status")


class Stopwatch:
    """Takes the time of what runs inside a with statement, and the processor time of both processes meanwhile."""

    def __init__(self, server):
        self.server = server
        self.more = {}

    def __enter__(self):
        self.server_cpu = -self._server_cpu()
        self.cpu = -cpu_seconds("self")
        self.start = time.perf_counter()

    def __exit__(self, *failure):
        self.seconds = time.perf_counter() - self.start
        self.cpu += cpu_seconds("self")
        self.server_cpu += self._server_cpu()

    def _server_cpu(self):
        return cpu_seconds(self.server) if self.server else 0


def back_memory():
    """Uses more of the machine's free memory than the work will, and gives it back.

    What is free in a virtual machine its host may have taken away. It comes back page by page when it is used, which takes
    several times as long as most work here, and hits whoever happens to be first.
    """
    block = bytes(1 << 20)
    with tempfile.TemporaryFile() as file:
        for _ in range(BACKED_MEBIBYTES):
            file.write(block)


def run(work):
    """Calls work(input, watch), which uses the watch around what is to be measured."""
    given = arguments()
    server = given.get("server")
    warm_seconds = float(given["warmSeconds"])
    end = time.perf_counter() + LONGEST_WARM_UP * warm_seconds
    enough = cpu_seconds("self") + warm_seconds
    while cpu_seconds("self") < enough and time.perf_counter() < end:
        work(given["warmInput"], Stopwatch(server))
    for _ in range(int(given.get("before", 0))):
        work(given["input"], Stopwatch(server))
    back_memory()
    watch = Stopwatch(server)
    work(given["input"], watch)
    measurement = {
        "seconds": watch.seconds,
        "cpuSeconds": watch.cpu,
        "serverCpuSeconds": watch.server_cpu if server else None,
        "peakRssMebibytes": peak_rss_mebibytes(),
        "more": watch.more,
        "notes": [],
    }
    print(json.dumps(measurement), flush=True)
