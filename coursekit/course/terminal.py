"""Words for people: wrapped between words for a terminal or a notebook, untouched in files."""

import os
import shutil
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console


def say(text: str, stream: TextIO | None = None, width: int | None = None) -> None:
    """Print the text, wrapped to `width` or to the terminal's; lines keep their indent, at least 2.

    What goes to a file or a pipe is left as it is unless a width is given.
    """
    stream = stream or sys.stdout
    if width is None and stream.isatty():
        width = columns()
    if width:
        text = "\n".join(wrapped(line, width) for line in text.split("\n"))
    print(text, file=stream)


def wrapped(line: str, width: int) -> str:
    """Return a line broken between words, none of them cut; it keeps its indent, at least 2."""
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line,
        width,
        subsequent_indent=indent or "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def columns() -> int:
    """Return how wide the window is, or what COLUMNS says."""
    return shutil.get_terminal_size().columns


def plain() -> bool:
    """Tell whether somebody asked for words alone, as NO_COLOR does."""
    return bool(os.environ.get("NO_COLOR"))


def console(*, stderr: bool = False) -> "Console":
    """Return a console of rich; NO_COLOR takes all escape sequences away, not only colours."""
    from rich.console import Console

    return Console(stderr=stderr, color_system=None if plain() else "auto")


def show_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table, or where the window is too narrow for its words, a line for each row.

    The columns whose heads begin with > hold numbers. A row that begins with "all" is a sum.
    """
    from rich.measure import Measurement
    from rich.table import Table

    names = [head.removeprefix(">") for head in heads]
    table = Table(title=title, title_justify="left")
    for head, name in zip(heads, names, strict=True):
        table.add_column(name, justify="right" if head.startswith(">") else "left")
    for row in rows:
        if row[0] == "all":
            table.add_section()
        table.add_row(*row)
    out = console()
    if Measurement.get(out, out.options.update(max_width=1000), table).minimum <= out.width:
        out.print(table)
        return
    say(f"{title}, by {names[0].lower()}")
    for first, *rest in rows:
        about = zip(names[1:], rest, strict=True)
        words = "; ".join(f"{name.lower()} {cell}" for name, cell in about if cell)
        say(f"{first}: {words}", width=out.width)


@contextmanager
def waiting(doing: str, patience: float = 0.0) -> Iterator[None]:
    """Show that something goes on, with the seconds; in a file, only that it began and ended.

    With `patience` a file hears of it only when it takes longer than so many seconds.
    """
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    out, began = console(stderr=True), time.monotonic()
    if plain() or not out.is_terminal or out.is_dumb_terminal:
        told = Timer(patience, say, (f"{doing} …", sys.stderr))
        # Whoever is patient hears nothing of what is quick.
        told.run() if not patience else told.start()
        try:
            yield
        finally:
            told.cancel()
        if time.monotonic() - began > patience:
            say(f"done in {time.monotonic() - began:.0f} s", sys.stderr)
        return
    shown = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    # What is printed meanwhile must not leave a file for the terminal.
    with Progress(
        *shown, console=out, transient=True, redirect_stdout=sys.stdout.isatty()
    ) as progress:
        progress.add_task(doing)
        yield
