"""Arrays as both sides of the comparisons read them: matrices of at most 4 MiB with rows of 1,024 numbers."""

import numpy as np

from scaleoututil.helpers.helpers import get_helper

HELPER = get_helper("numpyhelper")
ROW = 1024
MOST_ROWS = 1024


def read(numbers):
    rows = np.fromfile(numbers, "<f4").reshape(-1, ROW)
    return [rows[at : at + MOST_ROWS].copy() for at in range(0, len(rows), MOST_ROWS)]
