"""The answer a learner sees, in the notebook and in the terminal."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import CourseError
from ..terminal import say
from . import kernel, progress
from .extract import Cell
from .judge import Verdict, judge
from .sets import ExerciseSet, all_sets, find_task
from .tasks import Compute, Task

# JupyterLab breaks longer lines in the middle of a word.
NOTEBOOK_WIDTH = 88
# A browser starts no child processes, and has no checks beside the notebook.
NOT_IN_A_BROWSER = (
    "Answers cannot be checked in the browser alone. Download this notebook, and check it in a "
    "copy of the course on your machine: coursekit lab"
)
_MARKS = {"holds": "✓", "fails": "✗", "unanswered": "–"}


class Points(float):
    """Points earned: nbgrader reads the number, a person the words."""

    out_of: int

    def __new__(cls, earned: int, out_of: int) -> "Points":
        points = super().__new__(cls, earned)
        points.out_of = out_of
        return points

    def _repr_html_(self) -> str:
        return f"<small>{self:g} of {self.out_of} points</small>"


def check(name: str, **numbers: Any) -> Points | None:
    """Check the answer called `name` in this notebook, say what was found, return the points.

    `numbers` are a student's own, if the notebook was handed out with such.
    """
    if sys.platform == "emscripten":
        say(NOT_IN_A_BROWSER, width=NOTEBOOK_WIDTH)
        return None
    if kernel.executed is None:
        raise RuntimeError("check(name) works in a notebook; in a terminal use: coursekit check")
    try:
        exercise_set, task = find_task(name, all_sets())
    except CourseError as error:
        say(str(error), width=NOTEBOOK_WIDTH)
        return None
    if numbers:
        if not isinstance(task, Compute) or numbers.keys() != task.given.keys():
            raise RuntimeError(f"{name} has no numbers called {', '.join(numbers)}")
        task = replace(task, given=numbers)
    # Neither who re-executes the originals nor who grades with nbgrader learns anything by it.
    is_learner = not (Path.cwd() / "checks.py").exists() and not os.environ.get(
        "NBGRADER_EXECUTION"
    )
    [verdict] = check_tasks(
        exercise_set, [task], kernel.executed, keep_progress=is_learner, width=NOTEBOOK_WIDTH
    )
    return Points(verdict.points, task.points)


def check_tasks(
    exercise_set: ExerciseSet,
    tasks: Sequence[Task],
    cells: Sequence[Cell],
    *,
    keep_progress: bool,
    width: int | None = None,
    during: Callable[[Task], AbstractContextManager[None]] = lambda task: nullcontext(),
) -> list[Verdict]:
    """Check tasks of a set one after another, print each verdict, and remember what was passed.

    Lines are wrapped to `width`; by default as the terminal wants it. Each task is checked inside
    the context that `during` makes.
    """
    tell = partial(say, width=width)
    done = progress.Progress()
    try:
        done = progress.load() if keep_progress else done
    except CourseError as error:
        tell(f"progress is not kept: {error}")
        keep_progress = False
    verdicts = []
    for task in tasks:
        with during(task):
            verdict = judge(task, exercise_set.mistakes.get(task.name, ()), cells)
        tell(text(verdict, done.hints.get(task.name, 0)))
        verdicts.append(verdict)
    passed = {v.task.name for v in verdicts if v.status == "holds"}
    if done.note:
        tell(done.note)
    if keep_progress and not passed <= done.passed:
        done.passed |= passed
        try:
            done.save()
        except CourseError as error:
            tell(f"progress is not kept: {error}")
    return verdicts


def text(verdict: Verdict, hints_open: int = 0) -> str:
    """Return the verdict in plain words, one thought a line."""
    task = verdict.task
    lines = [f"{_MARKS[verdict.status]} {task.name}: {verdict.summary}"]
    if verdict.failure:
        lines.append(f"fails: {verdict.failure}")
    if verdict.diagnosis:
        lines.append(f"looks like: {verdict.diagnosis}")
    if verdict.note:
        lines.append(f"note: {verdict.note}")
    if verdict.status == "fails":
        number = min(hints_open + 1, len(task.hints))
        lines.append(f"hint {number} of {len(task.hints)}: coursekit hint {task.name}")
    if verdict.status == "holds":
        lines.append(task.explanation)
    return "\n  ".join(lines)
