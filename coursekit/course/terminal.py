"""Words for people: wrapped between words in a terminal, untouched in files and notebooks."""

import shutil
import sys
import textwrap
from typing import TextIO


def say(text: str, stream: TextIO | None = None) -> None:
    """Print the text; in a terminal, lines go on at their own indent, which is at least 2."""
    stream = stream or sys.stdout
    if stream.isatty():
        width = shutil.get_terminal_size().columns
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
