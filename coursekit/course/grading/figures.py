"""What a class shows: the distribution of marks, hard tasks, tasks that tell, misconceptions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .classroom import Graded


@dataclass(frozen=True)
class TaskFigures:
    """How a class did on one task.

    `solved` is the share of the graded submissions in which it holds, `tried` the share that
    answered. `discrimination` is the correlation of "holds" with the number of other tasks that
    hold (the item-rest correlation: Crocker & Algina 1986, chapter 14); None where one of the two
    does not vary.
    """

    exercises: str
    task: str
    solved: float
    tried: float
    discrimination: float | None


@dataclass(frozen=True)
class ClassFigures:
    """A class in numbers; `shares` are marks divided by what could be earned."""

    n_submissions: int
    n_graded: int
    shares: Sequence[float]
    tasks: Sequence[TaskFigures]
    misconceptions: Sequence[tuple[str, str, int]]


def figures(lines: Sequence[Graded]) -> ClassFigures:
    """Return the numbers of a class."""
    graded = [one for one in lines if one.state == "graded"]
    by_set: dict[str, list[Graded]] = {}
    for one in graded:
        by_set.setdefault(one.exercises, []).append(one)
    counts = Counter(pair for one in graded for pair in one.misconceptions.items())
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ClassFigures(
        len(lines),
        len(graded),
        [one.marks.total / one.marks.out_of for one in graded if one.marks.out_of],
        [task for name, group in by_set.items() for task in _tasks(name, group)],
        [(task, diagnosis, count) for (task, diagnosis), count in ordered],
    )


def histogram(shares: Sequence[float]) -> list[int]:
    """Return how many shares are in each tenth; full marks are in the last."""
    places = np.clip((np.asarray(shares, dtype=float) * 10).astype(int), 0, 9)
    return np.bincount(places, minlength=10).tolist()


def _tasks(exercises: str, group: Sequence[Graded]) -> list[TaskFigures]:
    names = list(group[0].record["tasks"])
    verdicts = [one.record["tasks"] for one in group]
    holds = np.array([[_state(v, name) == "holds" for name in names] for v in verdicts], float)
    tried = np.array([[_state(v, name) != "unanswered" for name in names] for v in verdicts])
    rest = holds.sum(axis=1, keepdims=True) - holds
    return [
        TaskFigures(
            exercises,
            name,
            float(holds[:, i].mean()),
            float(tried[:, i].mean()),
            correlation(holds[:, i], rest[:, i]),
        )
        for i, name in enumerate(names)
    ]


def _state(verdicts: Mapping[str, Mapping[str, str]], name: str) -> str:
    return verdicts.get(name, {}).get("status", "unanswered")


def correlation(x: np.ndarray, y: np.ndarray) -> float | None:
    """Return Pearson's correlation, None where one of the two does not vary."""
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float(np.corrcoef(x, y)[0, 1])
