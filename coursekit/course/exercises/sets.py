"""The exercise sets of a course, found at run time: exercises/NN_topic/."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from ..catalogue import read_notebook
from ..errors import CourseError
from ..root import find_root
from ..workspace import FOLDER
from .tasks import Grading, Mistake, Task


@dataclass(frozen=True)
class ExerciseSet:
    """One folder. Its checks and mistakes are read when they are first asked for."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def tasks(self) -> list[Task]:
        return list(_execute(self.folder / "checks.py").TASKS)

    @cached_property
    def mistakes(self) -> Mapping[str, Sequence[Mistake]]:
        return dict(_execute(self.folder / "mistakes.py").MISTAKES)

    @cached_property
    def harmless(self) -> Mapping[str, Mapping[str, str]]:
        """By task: changes of the solution that change no result, each with the reason."""
        return dict(getattr(_execute(self.folder / "mistakes.py"), "HARMLESS", {}))

    @cached_property
    def grading(self) -> Grading:
        """How the set counts in a graded class, as its checks.py says, or by default."""
        path = self.folder / "checks.py"
        grading = getattr(_execute(path), "GRADING", Grading())
        if unknown := set(grading.weights) - {task.name for task in self.tasks}:
            raise CourseError(f"{str(path)!r}: GRADING weighs unknown tasks {sorted(unknown)}")
        return grading

    @cached_property
    def headings(self) -> dict[str, str]:
        """The heading above each task in its notebook, without its number."""
        heading, found = "", {}
        for cell in read_notebook(self.exercise)["cells"]:
            words = "".join(cell["source"])
            if match := re.search(r"^## (?:\d+ · )?(.*)", words, re.MULTILINE):
                heading = match[1]
            if cell["metadata"].get("nbgrader", {}).get("solution"):
                found[cell["metadata"]["nbgrader"]["grade_id"]] = heading
        return found

    @property
    def solution(self) -> Path:
        return self.folder / "solution.ipynb"

    @property
    def exercise(self) -> Path:
        return self.folder / "exercise.ipynb"

    @property
    def learners_file(self) -> Path:
        """The exercise in the working copy if there is one, else the one handed out."""
        copy = self.folder.parents[1] / FOLDER / "exercises" / self.name / "exercise.ipynb"
        return copy if copy.exists() else self.exercise


def all_sets(root: Path | None = None) -> list[ExerciseSet]:
    """Return the sets of the course in order."""
    folders = ((root or find_root()) / "exercises").glob("*_*/checks.py")
    return [ExerciseSet(path.parent) for path in sorted(folders)]


def find_set(name: str, sets: Sequence[ExerciseSet]) -> ExerciseSet:
    """Return the set called `name`, such as 11 or 11_updates; CourseError with the nearest one."""
    for one in sets:
        if name in (one.name, number := one.name.partition("_")[0]) or name.zfill(2) == number:
            return one
    raise unknown("exercise set", name, [one.name for one in sets])


def find_task(name: str, sets: Sequence[ExerciseSet]) -> tuple[ExerciseSet, Task]:
    """Return the task called `name` and its set; CourseError with the nearest name."""
    for one in sets:
        for task in one.tasks:
            if task.name == name:
                return one, task
    raise unknown("task", name, [task.name for one in sets for task in one.tasks])


def unknown(what: str, name: str, known: Sequence[str]) -> CourseError:
    """Return the error for a name that does not exist, with the nearest that does."""
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known) or 'none yet'}"
    return CourseError(f"unknown {what} {name!r}; {hint}")


def _execute(path: Path) -> Any:
    """Execute a file of a set as a module of its own, without leaving a cache beside it."""
    module = ModuleType(f"{path.parent.name}.{path.stem}")
    module.__file__ = str(path)
    try:
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), module.__dict__)
    except (SyntaxError, ValueError, TypeError, NameError) as error:
        raise CourseError(f"{str(path)!r}: {type(error).__name__}: {error}") from error
    return module
