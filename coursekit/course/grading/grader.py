"""One submission, graded: what a worker does, on this machine or another.

A piece of work holds code and no name; a record holds words and numbers, and nothing that a
student's code made but text.
"""

import hashlib
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from ..errors import CourseError
from ..exercises.extract import Cell, Notebook
from ..exercises.judge import AnswerKey, Verdict, judge_answer
from ..exercises.notebook import code_cells
from ..exercises.runner import TIMEOUT, Exchange, in_a_child
from ..exercises.sets import ExerciseSet, all_sets, find_set
from ..exercises.tasks import Compute, Implement, Mistake, Task
from .sandbox import Extracted, Sandbox
from .structure import shape

# What is kept of a verdict.
RECORDED = ("status", "summary", "failure", "diagnosis", "note", "share")
# A sandbox serves one thread; high precision is a setting of the whole process.
_mine = threading.local()
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Work:
    """What a worker needs to know. `own` is the secret that makes a student's own numbers."""

    exercises: str
    checks: str
    cells: Sequence[Cell]
    seed: str
    own: str = ""
    sandboxed: bool = True
    timeout: float = TIMEOUT


def grade(work: Work) -> dict[str, Any]:
    """Return the record of what was found."""
    with _one_at_a_time:
        one = _set(work.exercises)
        if fingerprint(one) != work.checks:
            raise CourseError(f"this worker has another version of the set {one.name}")
        extracted = _extracted(work, one.tasks)
        if isinstance(extracted, str):
            return {"problem": extracted, "tasks": {}}
        verdicts = [_verdict(work, one, task, extracted[task.name]) for task in one.tasks]
    functions = [extracted[task.name] for task in one.tasks if isinstance(task, Implement)]
    return {
        "problem": "",
        "tasks": {v.task.name: {field: getattr(v, field) for field in RECORDED} for v in verdicts},
        "shape": _joined(found.shape for found in functions),
        "size": sum(found.size for found in functions),
    }


def public_shape(one: ExerciseSet) -> str:
    """Return the shape of a set's own solution, as a record holds it."""
    notebook = Notebook(code_cells(one.solution))
    names = [task.name for task in one.tasks if isinstance(task, Implement)]
    return _joined(shape(notebook.answer(name, called=True).program)[0] for name in names)


def _joined(shapes: Iterable[str]) -> str:
    """Return one shape of all functions: a short one by itself is alike in half of the class."""
    answered = [one for one in shapes if one]
    return "+".join(answered) if len(answered) > 1 else ""


def fingerprint(one: ExerciseSet) -> str:
    """Return a digest of what a set's verdicts depend on."""
    files = [one.folder / "checks.py", one.folder / "mistakes.py"]
    return hashlib.sha256(b"".join(f.read_bytes() for f in files if f.exists())).hexdigest()


def own_task(task: Task, own: str) -> Task:
    """Return the task with a student's own numbers, if it has any."""
    if isinstance(task, Compute) and task.draw and own:
        return replace(task, given=task.draw(np.random.default_rng(_number(own, task.name))))
    return task


@cache
def _set(name: str) -> ExerciseSet:
    return find_set(name, all_sets())


def _extracted(work: Work, tasks: Sequence[Task]) -> dict[str, Extracted] | str:
    names = {task.name: isinstance(task, Implement) for task in tasks}
    if work.sandboxed:
        return _sandbox("numpy").extract(work.cells, names, work.timeout)
    notebook = Notebook(work.cells)
    return {name: Extracted(notebook.answer(name, called=c)) for name, c in names.items()}


def _verdict(work: Work, one: ExerciseSet, task: Task, found: Extracted) -> Verdict:
    own = own_task(task, work.own)
    key = _key(one.name, task.name, work.seed)
    if isinstance(task, Compute) and own is not task:
        public = AnswerKey(task, ()).expected
        copied = Mistake("this answers the public exercise, not your numbers", lambda **_: public)
        key = AnswerKey(own, (copied, *key.mistakes))
    exchange: Exchange = _sandbox_for(found).exchange if work.sandboxed else in_a_child
    try:
        return judge_answer(key, found.answer, timeout=work.timeout, exchange=exchange)
    except CourseError:
        raise
    # A value that the rules were not made for must not stop a class; a person will look at it.
    except Exception as error:
        what = f"{type(error).__name__}: {error}"[:200]
        return Verdict(task, "fails", "could not be judged", f"please look at it yourself: {what}")


@cache
def _key(exercises: str, task: str, seed: str) -> AnswerKey:
    """Return what is right and wrong on the data of the whole class, worked out once."""
    one = _set(exercises)
    found = next(t for t in one.tasks if t.name == task)
    return AnswerKey(found, one.mistakes.get(task, ()), _number(seed, task))


def _sandbox_for(found: Extracted) -> Sandbox:
    # Importing sympy takes longer than all the rest, but a process without it forks faster.
    needs_sympy = not {"sympy", "coursekit"}.isdisjoint(found.imports)
    return _sandbox("numpy", "sympy") if needs_sympy else _sandbox("numpy")


def _sandbox(*modules: str) -> Sandbox:
    sandboxes = _mine.__dict__.setdefault("sandboxes", {})
    return sandboxes.setdefault(modules, Sandbox(*modules))


def _number(*words: str) -> int:
    digest = hashlib.sha256("/".join(words).encode("utf-8", "backslashreplace")).digest()
    return int.from_bytes(digest[:8])
