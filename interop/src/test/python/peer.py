"""What all programs have in common that a test starts and stops."""

import os
import signal
import threading

GRACE_SECONDS = 30


def end_with_standard_input():
    """Ends this process when standard input does, so that it does not outlive a test run that was killed."""

    def watch():
        # Not through sys.stdin, whose lock a thread that waits would keep while the interpreter shuts down.
        while os.read(0, 4096):
            pass
        threading.Timer(GRACE_SECONDS, os._exit, [1]).start()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
