"""What all programs have in common that a test starts and stops."""

import os
import signal
import sys
import threading

GRACE_SECONDS = 30


def end_with_standard_input():
    """Ends this process when standard input does, so that it does not outlive a test run that was killed."""

    def watch():
        sys.stdin.buffer.read()
        threading.Timer(GRACE_SECONDS, os._exit, [1]).start()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
