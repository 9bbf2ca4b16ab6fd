"""One line of progress on a terminal for what takes longer than two seconds."""

import sys
import time


class Ticker:
    """A line that is written over, from the second second on; silent where there is no terminal."""

    def __init__(self, name: str, last: int) -> None:
        self.name, self.last = name, last
        self.due, self.shown = time.monotonic() + 2, False
        self.live = sys.stderr.isatty()

    def tick(self, k: int, words: str) -> None:
        """Say that step k of the last is done, at most twice a second."""
        if self.live and time.monotonic() > self.due:
            self.due, self.shown = time.monotonic() + 0.5, True
            print(f"\r{f'{self.name}: {k} of {self.last}, {words}':<78}", end="", file=sys.stderr)

    def close(self) -> None:
        """Take the line away."""
        if self.shown:
            print(f"\r{'':78}\r", end="", file=sys.stderr)
