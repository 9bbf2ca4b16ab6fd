"""Words for people: wrapped between words for a terminal or a notebook, untouched in files."""

import shutil
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


def say(text: str, stream: TextIO | None = None, width: int | None = None) -> None:
    """Print the text, wrapped to `width` or to the terminal's; lines keep their indent, at least 2.

    What goes to a file or a pipe is left as it is unless a width is given.
    """
    stream = stream or sys.stdout
    if width is None and stream.isatty():
        width = shutil.get_terminal_size().columns
    if width:
        text = "\n".join(_wrapped(line, width) for line in text.split("\n"))
    print(text, file=stream)


def _wrapped(line: str, width: int) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line,
        width,
        subsequent_indent=indent or "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


@contextmanager
def waiting(doing: str) -> Iterator[None]:
    """Show that something goes on, with the seconds; in a file, only that it began and ended."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console, began = Console(stderr=True), time.monotonic()
    if not console.is_terminal:
        say(f"{doing} …", sys.stderr)
        yield
        say(f"done in {time.monotonic() - began:.0f} s", sys.stderr)
        return
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        progress.add_task(doing)
        yield
