"""Running other programs to their end, and stopping them with us."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PYTHON = sys.executable
# Sums in another order give other last digits; one thread keeps the order.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}


def run(command: Sequence[str], cwd: Path, extra_environment: Mapping[str, str]) -> int:
    """Run `command`, letting it use the terminal, and return its exit status.

    Ctrl-C reaches the child as well; we wait until it has put its kernels away.
    """
    with subprocess.Popen(command, cwd=cwd, env={**os.environ, **extra_environment}) as child:
        previous = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        try:
            return child.wait()
        except KeyboardInterrupt:
            child.wait()
            raise
        finally:
            signal.signal(signal.SIGTERM, previous)
