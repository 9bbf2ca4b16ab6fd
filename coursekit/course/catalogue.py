"""The lessons of a course, read from the notebooks themselves."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import CourseError


@dataclass(frozen=True)
class Lesson:
    """What a lesson says about itself: its first cell, and metadata.coursekit."""

    path: Path
    title: str
    question: str
    minutes: int
    builds_on: tuple[str, ...]
    exercises: str | None
    needs: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        return self.path.name.partition("_")[0]


def lessons(root: Path) -> list[Lesson]:
    """Return the lessons under `root` in order; CourseError names one that cannot be read."""
    return [read_lesson(path) for path in sorted((root / "lessons").glob("[0-9]*_*.ipynb"))]


def extra_exercises(root: Path, found: Sequence[Lesson]) -> list[tuple[str, str]]:
    """Return title and folder of the exercise sets that belong to no lesson, such as bug hunts."""
    named = {lesson.exercises for lesson in found}
    paths = sorted((root / "exercises").glob("*/exercise.ipynb"))
    return [(title(path), path.parent.name) for path in paths if path.parent.name not in named]


def title(path: Path) -> str:
    """Return the title of a notebook."""
    return _opening(read_notebook(path), path)[0]


def read_lesson(path: Path) -> Lesson:
    """Read title, question and minutes of one notebook; CourseError says what is missing."""
    notebook = read_notebook(path)
    about = notebook.get("metadata", {}).get("coursekit", {})
    minutes = about.get("minutes")
    if not isinstance(minutes, int) or minutes <= 0:
        raise CourseError(f"{path.name}: metadata coursekit.minutes must be > 0, got {minutes!r}")
    title, *paragraphs = _opening(notebook, path)
    return Lesson(
        path=path,
        title=title,
        question=" ".join(paragraphs[0].split()).strip("*_") if paragraphs else "",
        minutes=minutes,
        builds_on=tuple(about.get("builds_on", ())),
        exercises=about.get("exercises"),
        needs=needs(path),
    )


def _opening(notebook: dict[str, Any], path: Path) -> list[str]:
    """Return the title, without its sign, and the paragraphs after it in the first cell."""
    opening = "".join(notebook["cells"][0]["source"]) if notebook["cells"] else ""
    heading, *paragraphs = [part.strip() for part in opening.split("\n\n") if part.strip()] or [""]
    if not heading.startswith("# "):
        raise CourseError(f"{path.name}: the first cell must begin with '# ', got {heading!r}")
    return [heading.splitlines()[0].removeprefix("# ").strip(), *paragraphs]


def needs(path: Path) -> tuple[str, ...]:
    """Return the packages, beyond the course's own, that a notebook says it cannot run without."""
    return tuple(read_notebook(path).get("metadata", {}).get("coursekit", {}).get("needs", ()))


def read_notebook(path: Path) -> dict[str, Any]:
    """Return the notebook's JSON; CourseError when it is missing or not a notebook."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise CourseError(f"there is no notebook {str(path)!r}") from None
    except IsADirectoryError:
        raise CourseError(f"{str(path)!r} is not a notebook but a folder") from None
    return parse_notebook(content, str(path))


def parse_notebook(content: bytes, name: str) -> dict[str, Any]:
    """Return the JSON of a notebook called `name`; CourseError when it is none.

    Notebooks of the formats 2 and 3, which kept cells in worksheets, are read as well.
    """
    try:
        # A byte order mark, of UTF-16 too, is understood from bytes only.
        notebook = json.loads(content)
    except (ValueError, RecursionError, MemoryError):
        raise CourseError(f"{name!r} is not a notebook: it does not hold JSON") from None
    if isinstance(notebook, dict) and isinstance(notebook.get("worksheets"), list):
        sheets = [s for s in notebook["worksheets"] if isinstance(s, dict)]
        lists = [s["cells"] for s in sheets if isinstance(s.get("cells"), list)]
        cells = [cell for cells in lists for cell in cells]
        if lists:
            notebook["cells"] = [
                {**c, "source": c.get("source", c.get("input", ""))} if isinstance(c, dict) else c
                for c in cells
            ]
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise CourseError(f"{name!r} is not a notebook: it has no list of cells")
    if not isinstance(notebook.get("metadata", {}), dict):
        raise CourseError(f"{name!r} is not a notebook: its metadata are no dictionary")
    return notebook
