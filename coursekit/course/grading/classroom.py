"""A class: each submission with what was found and what it earns, in one fixed order."""

import hashlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..exercises.sets import ExerciseSet
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

    def without_words(self) -> "Graded":
        """Return the line without what the student's page says at length."""
        kept = ("status", "diagnosis")
        tasks = {
            task: {key: verdict[key] for key in kept}
            for task, verdict in self.record["tasks"].items()
        }
        return replace(self, record={**self.record, "tasks": tasks})

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
    exercises: ExerciseSet | None,
    rules: Rules,
) -> Graded:
    """Return the line of a submission; without a record it could not be graded, and says why."""
    name = pseudonym(submission.student, rules.seed) if rules.anonymous else submission.student
    record = record or {"problem": "", "tasks": {}}
    problem = submission.problem or record["problem"]
    late = days_late(submission.handed_in, submission.is_late, rules.due)
    earned = marks(exercises, record, rules.own_numbers, late) if exercises else Marks()
    if rules.anonymous:
        problem = problem.replace(submission.file.name, "the file")
        problem = problem.replace(submission.student, name)
    remarks = [problem, *_remarks(submission, rules), *_to_look_at(record)]
    return Graded(
        name,
        submission.exercises,
        "" if rules.anonymous else submission.file.name,
        "not graded" if problem else "graded",
        "; ".join(filter(None, remarks)),
        earned,
        record,
        "" if rules.anonymous else submission.lms_id,
        problem,
    )


def _remarks(submission: Submission, rules: Rules) -> list[str]:
    """Return what a teacher should know that may name other students."""
    remarks = [] if rules.anonymous else [submission.remark]
    other = submission.handed_out_to
    if rules.own_numbers and other and normal(other) != normal(submission.student):
        whose = pseudonym(other, rules.seed) if rules.anonymous else other
        remarks.append(f"this notebook was handed out to {whose!r}")
    return remarks


def _to_look_at(record: Mapping[str, Any]) -> list[str]:
    """Return the verdicts that a person should look at before calling them wrong."""
    doubtful = ("limit hit", "could not be judged")
    return [
        f"{task}: {words}"
        for task, verdict in record["tasks"].items()
        for words in (verdict["summary"], verdict["failure"])
        if any(sign in words for sign in doubtful)
    ]


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


def known(sets: Sequence[ExerciseSet], names: Container[str]) -> dict[str, ExerciseSet]:
    """Return the sets of a class by name, in the order of the course."""
    return {one.name: one for one in sets if one.name in names}
