"""A class: each submission with what was found and what it earns, in one fixed order."""

import hashlib
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..exercises.sets import ExerciseSet
from .handout import mark
from .marks import Marks, days_late, marks
from .submissions import Submission, normal

# The words are ours: what a student's code says of itself must not stand in the gradebook.
_DOUBTS = re.compile(
    "limit hit: (processor time|time|memory|number of processes|file size|disk space|open files)"
    "|could not be judged"
)
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
        kept = ("status", "diagnosis", "summary")
        tasks = {
            task: {key: verdict[key] for key in kept}
            for task, verdict in self.record["tasks"].items()
        }
        return replace(self, record={**self.record, "tasks": tasks})

    @property
    def comments(self) -> list[str]:
        """What is to be said of each task that does not hold, in a clause."""
        if self.problem:
            return [self.problem]
        found = self.record["tasks"].items()
        return [
            f"{task}: {verdict['diagnosis'] or verdict['summary']}"
            for task, verdict in found
            if verdict["status"] != "holds"
        ]

    @property
    def misconceptions(self) -> dict[str, str]:
        """The diagnoses, by task."""
        found = self.record["tasks"].items()
        return {task: verdict["diagnosis"] for task, verdict in found if verdict["diagnosis"]}


@dataclass(frozen=True)
class Rules:
    """What holds for the whole class."""

    seed: str
    own_numbers: frozenset[str] = frozenset()
    due: datetime | None = None
    anonymous: bool = False

    def is_own(self, exercises: str) -> bool:
        """Tell whether a set was handed out with numbers of the student's own."""
        return exercises in self.own_numbers


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
    earned = marks(exercises, record, rules.is_own(exercises.name), late) if exercises else Marks()
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
    if submission.problem:
        return remarks
    other = submission.handed_out_to
    is_own = rules.is_own(submission.exercises)
    if is_own and not submission.handout:
        remarks.append("not marked as a notebook with numbers of its own")
    elif is_own and submission.handout != mark(rules.seed):
        remarks.append("handed out with another seed")
    elif submission.handout and not is_own:
        remarks.append("handed out with numbers of its own, graded with the public ones")
    if is_own and other and normal(other) != normal(submission.student):
        whose = pseudonym(other, rules.seed) if rules.anonymous else other
        remarks.append(f"this notebook was handed out to {whose!r}")
    return remarks


def _to_look_at(record: Mapping[str, Any]) -> list[str]:
    """Return the verdicts that a person should look at before calling them wrong."""
    return [
        f"{task}: {doubt[0]}"
        for task, verdict in record["tasks"].items()
        if (doubt := _DOUBTS.search(f"{verdict['summary']} {verdict['failure']}"))
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
