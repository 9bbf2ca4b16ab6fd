"""Reading the code of a notebook, and making exercise.ipynb from solution.ipynb."""

import json
import re
from pathlib import Path
from typing import Any

from ..catalogue import read_notebook
from ..errors import CourseError
from ..files import write_atomically
from .extract import Cell
from .sets import ExerciseSet

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
# nbgrader's ClearSolutions.code_stub must be set to the same, so that both make one notebook.
# Unlike its default it raises nothing: an unanswered exercise runs to its end.
STUB = ("# YOUR CODE HERE", "pass")


def code_cells(path: Path) -> list[Cell]:
    """Return the code cells of a notebook file; CourseError when it is not a notebook."""
    return cells_in(read_notebook(path), str(path))


def cells_in(notebook: dict[str, Any], name: str) -> list[Cell]:
    """Return the code cells of a notebook called `name`."""
    cells = [c for c in notebook["cells"] if _kind(c, name) == "code"]
    return [Cell(f"cell {i}", source(cell)) for i, cell in enumerate(cells, start=1)]


def answer_cells(path: Path) -> dict[str, Cell]:
    """Return the cells with the answers, as their metadata say, by the names of the tasks."""
    cells = [c for c in read_notebook(path)["cells"] if _kind(c, str(path)) == "code"]
    about = [cell["metadata"].get("nbgrader", {}) for cell in cells]
    return {
        meta["grade_id"]: cell
        for meta, cell in zip(about, code_cells(path), strict=True)
        if meta.get("solution")
    }


def set_named(notebook: dict[str, Any]) -> str | None:
    """Return the name of the set in a notebook's metadata, which a renamed copy still has."""
    about = notebook.get("metadata", {}).get("coursekit", {})
    name = about.get("exercises") if isinstance(about, dict) else None
    return name if isinstance(name, str) else None


def release(exercise_set: ExerciseSet) -> bytes:
    """Return exercise.ipynb as its solution.ipynb says it must be, byte for byte."""
    notebook = read_notebook(exercise_set.solution)
    for index, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "code":
            text = _without_solution(source(cell), f"{exercise_set.name}, cell {index}")
            cell.update(source=text.splitlines(keepends=True), outputs=[], execution_count=None)
            cell["metadata"].pop("execution", None)
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode()


def write_release(exercise_set: ExerciseSet) -> bool:
    """Write exercise.ipynb anew if it is not what it must be; tell whether it was written."""
    content = release(exercise_set)
    if exercise_set.exercise.exists() and exercise_set.exercise.read_bytes() == content:
        return False
    write_atomically(exercise_set.exercise, content)
    return True


def source(cell: dict[str, Any]) -> str:
    """Return a cell's text, which the format allows to be a string or a list of lines."""
    text = cell.get("source", "")
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def _kind(cell: Any, name: str) -> str:
    if not isinstance(cell, dict):
        raise CourseError(f"{name!r} is not a notebook: a cell is {type(cell).__name__}")
    return str(cell.get("cell_type"))


def _without_solution(text: str, where: str) -> str:
    """Replace the regions between the markers by the stub, as nbgrader does."""
    lines: list[str] = []
    inside = False
    for line in text.split("\n"):
        if BEGIN in line or END in line:
            if inside == (BEGIN in line):
                raise CourseError(f"{where}: {BEGIN} and {END} do not alternate")
            inside = not inside
            if inside:
                indent = re.match(r"\s*", line)
                lines += [(indent[0] if indent else "") + stub for stub in STUB]
        elif not inside:
            lines.append(line)
    if inside:
        raise CourseError(f"{where}: {BEGIN} without {END}")
    return "\n".join(lines)
