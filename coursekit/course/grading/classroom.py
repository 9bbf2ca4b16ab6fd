"""A class: each submission with what was found and what it earns, in one fixed order."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..exercises.sets import ExerciseSet, find_set
from .marks import Marks, days_late, marks
from .submissions import Submission, normal

# A program smaller than this looks like anybody's.
MIN_NODES = 80


@dataclass(frozen=True)
class Graded:
    """One line of the gradebook; `record` holds the verdict on each task."""

    student: str
    exercises: str
    file: str
    state: str
    remark: str
    marks: Marks = field(default_factory=Marks)
    record: Mapping[str, Any] = field(default_factory=lambda: {"tasks": {}})
    lms_id: str = ""
    # What of the remark may be read by the student, since it names nobody else.
    problem: str = ""

    @property
    def misconceptions(self) -> dict[str, str]:
        """The diagnoses, by task."""
        found = self.record["tasks"].items()
        return {task: verdict["diagnosis"] for task, verdict in found if verdict["diagnosis"]}


@dataclass(frozen=True)
class Rules:
    """What holds for the whole class."""

    seed: str
    own_numbers: bool
    due: datetime | None = None
    anonymous: bool = False


def graded(
    submission: Submission,
    record: Mapping[str, Any] | None,
    sets: Sequence[ExerciseSet],
    rules: Rules,
) -> Graded:
    """Return the line of a submission; without a record it could not be graded, and says why."""
    name = pseudonym(submission.student, rules.seed) if rules.anonymous else submission.student
    file = "" if rules.anonymous else submission.file.name
    known = next((s for s in sets if s.name == submission.exercises), None)
    record = record or {"problem": "", "tasks": {}}
    problem = submission.problem or record["problem"]
    late = days_late(submission.handed_in, submission.is_late, rules.due)
    earned = marks(known, record, rules.own_numbers, late) if known else Marks()
    if rules.anonymous:
        problem = problem.replace(submission.student, name)
    stopped = [
        f"{task}: {verdict['summary']}"
        for task, verdict in record["tasks"].items()
        if verdict["summary"].startswith("limit hit") or verdict["summary"] == "could not be judged"
    ]
    handed_out_to = submission.handed_out_to
    if rules.own_numbers and normal(handed_out_to or submission.student) != normal(
        submission.student
    ):
        whose = pseudonym(handed_out_to, rules.seed) if rules.anonymous else handed_out_to
        stopped.append(f"this notebook was handed out to {whose!r}")
    remark = "; ".join(
        filter(None, [problem, "" if rules.anonymous else submission.remark, *stopped])
    )
    return Graded(
        name,
        submission.exercises,
        file,
        "not graded" if problem else "graded",
        remark,
        earned,
        record,
        "" if rules.anonymous else submission.lms_id,
        problem,
    )


def pseudonym(student: str, seed: str) -> str:
    """Return a name that tells nothing without the seed, and is the same for every set."""
    digest = hashlib.sha256(f"{seed}/pseudonym/{student}".encode("utf-8", "backslashreplace"))
    return f"student-{digest.hexdigest()[:8]}"


def alike(lines: Sequence[Graded], public: Mapping[str, str]) -> list[list[Graded]]:
    """Return groups of submissions whose functions are the same but for names and layout.

    A hint for a person and nothing more: a class learns together. `public` holds the shape of each
    set's solution, which anybody may have read.
    """
    groups: dict[tuple[str, str], list[Graded]] = {}
    for one in lines:
        shape = one.record.get("shape", "")
        is_own = shape and shape != public.get(one.exercises)
        if is_own and one.record.get("size", 0) >= MIN_NODES:
            groups.setdefault((one.exercises, shape), []).append(one)
    return [group for group in groups.values() if len(group) > 1]


def find(sets: Sequence[ExerciseSet], names: Sequence[str]) -> dict[str, ExerciseSet]:
    """Return the sets of a class by name, in the order of the course."""
    return {one.name: find_set(one.name, sets) for one in sets if one.name in names}
