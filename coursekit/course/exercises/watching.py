"""The answers of a notebook, again each time it is saved."""

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import CourseError
from ..terminal import say
from .extract import Answer, Cell, extract
from .notebook import code_cells
from .tasks import Implement, Task

PAUSE = 0.3
_GONE = (0, 0)


def answers_as_saved(path: Path, tasks: Sequence[Task]) -> Iterator[tuple[list[Cell], list[Task]]]:
    """Yield the cells and the tasks whose answers changed: all at first, then at every save.

    CourseError when the file is no notebook at first. Later, one that is gone or half written is
    waited for; if it stays unreadable, that is said once.
    """
    code_cells(path)
    known: dict[str, Answer] = {}
    seen = unreadable = _GONE
    while True:
        now = _stamp(path)
        if now not in (seen, _GONE):
            try:
                cells = code_cells(path)
            except CourseError as error:
                if now == unreadable:
                    say(str(error))
                    seen = now
                unreadable = now
            else:
                seen = now
                answers = {
                    t.name: extract(cells, t.name, called=isinstance(t, Implement)) for t in tasks
                }
                yield cells, [t for t in tasks if answers[t.name] != known.get(t.name)]
                known = answers
        time.sleep(PAUSE)


def _stamp(path: Path) -> tuple[int, int]:
    """Return what changes when a file is written: its time and size; or that it is gone."""
    try:
        about = os.stat(path)
    except OSError:
        return _GONE
    return about.st_mtime_ns, about.st_size
