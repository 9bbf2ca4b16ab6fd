"""A notebook for each student, with numbers of their own where the public answers are known."""

import copy
import csv
import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..catalogue import read_notebook
from ..errors import CourseError
from ..exercises.sets import ExerciseSet
from ..exercises.tasks import Compute, Task
from ..exercises.values import show
from ..files import write_atomically
from .grader import own_task
from .submissions import normal


def own_secret(seed: str, student: str) -> str:
    """Return what a student's numbers are drawn from; it does not tell the seed or the name."""
    return hashlib.sha256(f"{seed}/own/{normal(student)}".encode()).hexdigest()


def mark(seed: str) -> str:
    """Return what a notebook says about the seed that it was handed out with."""
    return hashlib.sha256(f"{seed}/handout".encode()).hexdigest()[:8]


def roster(path: Path) -> list[str]:
    """Return the names in a file: one a line, or in .csv the first column below a header."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CourseError(f"the list of students {str(path)!r}: {error.strerror}") from None
    except ValueError:
        raise CourseError(f"the list of students {str(path)!r} is not UTF-8 text") from None
    if path.suffix == ".csv":
        first = text.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        rows = [row[0] for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row][1:]
    else:
        rows = text.splitlines()
    names = [row.strip() for row in rows if row.strip()]
    seen: dict[str, str] = {}
    for name in names:
        if (same := seen.setdefault(normal(name), name)) is not name:
            raise CourseError(f"two students have one name: {same!r} and {name!r}")
        if Path(name).name != name or name.startswith("."):
            raise CourseError(f"a student's name becomes a folder's, and {name!r} cannot be one")
    if not names:
        raise CourseError(
            f"there is no name in {str(path)!r}: one a line, or a table with a header"
        )
    return names


def write_handouts(
    exercises: ExerciseSet, students: Sequence[str], seed: str, out: Path
) -> list[Path]:
    """Write OUT/student/set/exercise.ipynb for every student; never over a file that is there."""
    public = read_notebook(exercises.exercise)
    places = [out / student / exercises.name / "exercise.ipynb" for student in students]
    if existing := [place for place in places if place.exists()]:
        raise CourseError(f"{str(existing[0])!r} is there already: give another --out")
    for student, place in zip(students, places, strict=True):
        notebook = personal(public, exercises, student, seed)
        text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        write_atomically(place, text.encode())
    return places


def personal(
    public: dict[str, Any], exercises: ExerciseSet, student: str, seed: str
) -> dict[str, Any]:
    """Return a copy of the exercise in which each task with own numbers hands them out."""
    notebook = copy.deepcopy(public)
    numbers = {task.name: sentence(task, seed, student) for task in exercises.tasks}
    own = [own_task(t, own_secret(seed, student)) for t in exercises.tasks if numbers[t.name]]
    tasks = {task.name: task for task in own if isinstance(task, Compute)}
    cells = []
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        text = numbers.get(about.get("grade_id", ""), "")
        if text and about.get("solution"):
            digest = hashlib.sha256(about["grade_id"].encode()).hexdigest()[:8]
            lines = [f"**Your numbers.** {text} They take the place of those above."]
            cells.append({"cell_type": "markdown", "id": digest, "metadata": {}, "source": lines})
        task = tasks.get(about.get("grade_id", "").removeprefix("check_"))
        if about.get("grade") and task:
            given = ", ".join(f"{name}={value!r}" for name, value in task.given.items())
            cell["source"] = [f'check("{task.name}", {given})']
        cells.append(cell)
    notebook["cells"] = cells
    notebook["metadata"]["coursekit"] |= {"student": student, "handout": mark(seed)}
    return notebook


def sentence(task: Task, seed: str, student: str) -> str:
    """Return the words that hand a student's own numbers out; "" for a task without any."""
    own = own_task(task, own_secret(seed, student))
    if own is task or not isinstance(own, Compute):
        return ""
    return own.yours.format(**{name: show(value) for name, value in own.given.items()})
