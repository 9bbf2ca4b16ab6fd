"""What a shell completes: names read from files alone, since nobody waits for a Tab key."""

import json
from collections.abc import Callable, Iterable
from functools import wraps

from .errors import CourseError
from .root import find_root


def _silent(names: Callable[[], Iterable[str]]) -> Callable[[], list[str]]:
    """Complete nothing where there is no course, or one that cannot be read."""

    @wraps(names)
    def known() -> list[str]:
        try:
            return list(names())
        except (CourseError, OSError, ValueError, LookupError):
            return []

    # typer reads the annotations, and wants those of what it calls.
    del known.__wrapped__
    return known


@_silent
def sets() -> Iterable[str]:
    """Return the names of the exercise sets."""
    return sorted(path.parent.name for path in find_root().glob("exercises/*_*/checks.py"))


@_silent
def tasks() -> Iterable[str]:
    """Return the names of all tasks, as the notebooks have them: the checks would load numpy."""
    found = []
    for path in sorted(find_root().glob("exercises/*_*/exercise.ipynb")):
        cells = json.loads(path.read_bytes())["cells"]
        marks = [cell["metadata"].get("nbgrader", {}) for cell in cells]
        found += [mark["grade_id"] for mark in marks if mark.get("solution")]
    return found


@_silent
def sets_and_tasks() -> Iterable[str]:
    """Return what can be checked: sets and tasks."""
    return [*sets(), *tasks()]


@_silent
def lessons() -> Iterable[str]:
    """Return the numbers of the lessons."""
    paths = sorted(find_root().glob("lessons/[0-9]*_*.ipynb"))
    return [path.name.partition("_")[0] for path in paths]


@_silent
def notebooks() -> Iterable[str]:
    """Return what `store` takes: lessons and sets, by name."""
    stems = [path.stem for path in find_root().glob("lessons/[0-9]*_*.ipynb")]
    return sorted({*stems, *sets()})


@_silent
def tiers() -> Iterable[str]:
    """Return the names of the tiers of tests."""
    from .tiers import TIERS

    return [tier.name for tier in TIERS]


@_silent
def tracks() -> Iterable[str]:
    """Return the names of the workshop's tracks."""
    import tomllib

    return list(tomllib.loads((find_root() / "docs" / "tracks.toml").read_text(encoding="utf-8")))
