"""From verdicts to marks, by the parameters that the set declares."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..exercises.sets import ExerciseSet
from ..exercises.tasks import Compute, Implement, Task


@dataclass(frozen=True)
class Marks:
    """The marks of one submission: by task, what lateness took, and out of how many."""

    tasks: Mapping[str, float] = field(default_factory=dict)
    out_of: float = 0.0
    days_late: int = 0
    lost: float = 0.0

    @property
    def total(self) -> float:
        return round(sum(self.tasks.values()) - self.lost, 2)


def weight(exercises: ExerciseSet, task: Task, own_numbers: bool) -> float:
    """Return the weight of a task: what the set says, else 1 if its answer is not public."""
    is_secret = isinstance(task, Implement) or (
        isinstance(task, Compute) and task.draw is not None and own_numbers
    )
    return exercises.grading.weights.get(task.name, float(is_secret))


def out_of(exercises: ExerciseSet, own_numbers: bool) -> dict[str, float]:
    """Return what each task is worth in this class."""
    return {t.name: t.points * weight(exercises, t, own_numbers) for t in exercises.tasks}


def marks(
    exercises: ExerciseSet, record: Mapping[str, Any], own_numbers: bool, days_late: int = 0
) -> Marks:
    """Return the marks of one record."""
    worth = out_of(exercises, own_numbers)
    grading = exercises.grading
    earned = {}
    for task in exercises.tasks:
        found = record["tasks"].get(task.name, {})
        partial = grading.partial and isinstance(task, Implement)
        share = found.get("share", 0.0) if partial else 0.0
        earned[task.name] = round(worth[task.name] * (found.get("status") == "holds" or share), 2)
    total = sum(earned.values())
    too_late = grading.late_days is not None and days_late > grading.late_days
    lost = total if too_late else total * min(1.0, grading.late_per_day * days_late)
    return Marks(earned, round(sum(worth.values()), 2), days_late, round(lost, 2))


def days_late(handed_in: datetime | None, is_late: bool, due: datetime | None) -> int:
    """Return how many days after the due date were begun; 1 where only "late" is known."""
    if handed_in and due:
        return max(0, math.ceil((handed_in - due) / timedelta(days=1)))
    return int(is_late)
