"""A class from notebooks to gradebook: what is not graded yet is handed to workers."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from ..errors import CourseError
from ..exercises.sets import ExerciseSet
from ..exercises.tasks import Compute
from ..files import write_atomically
from ..root import find_root
from . import bubblewrap, classroom, gradebook, handout, marks, pages, sandbox, submissions, workers
from .classroom import Graded, Rules
from .figures import ClassFigures
from .grader import Work, fingerprint, public_shape
from .journal import Journal, Result
from .submissions import Submission

Progress = Callable[[int, int], None]
# What changes the meaning of a record; a journal of another one is graded anew.
RECORDS = 1


@dataclass(frozen=True)
class Plan:
    """What is to be graded, and how."""

    submissions: Path
    out: Path
    feedback: Path
    jobs: int = 2
    scheduler: str | None = None
    seed: str | None = None
    resume: bool = False
    anonymous: bool = False
    due: datetime | None = None
    sandboxed: bool = True

    @property
    def journal(self) -> Path:
        return self.out.with_name(f"{self.out.name}.journal")

    @property
    def report(self) -> Path:
        return self.out.with_name(f"{self.out.stem}_report.html")


@dataclass(frozen=True)
class Outcome:
    """What a run leaves: the lines of the gradebook, the numbers, and the seed they belong to."""

    lines: Sequence[Graded]
    figures: ClassFigures
    alike: Sequence[Sequence[Graded]]
    seed: str
    n_repeated: int


def grade_class(plan: Plan, sets: Sequence[ExerciseSet], progress: Progress) -> Outcome:
    """Grade what is not graded yet, then write gradebook, feedback and report.

    Raises CourseError where nothing sensible can be done; what was graded until then is kept.
    """
    _look_before(plan)
    found = submissions.find(plan.submissions, sets)
    kept: Mapping[str, str] = {}
    if plan.journal.exists():
        with Journal(plan.journal) as journal:
            kept = journal.about
    rules = _rules(plan, found, kept)
    checks = {one.name: fingerprint(one) for one in sets}
    with Journal(plan.journal) as journal:
        journal.remember("seed", rules.seed)
        done = journal.finished()
        gradable = [one for one in found if not one.problem]
        prints = [_print(one, checks[one.exercises], rules) for one in gradable]
        waiting = [
            (one, key)
            for one, key in zip(gradable, prints, strict=True)
            if done.get((one.student, one.exercises)) != key
        ]
        n_repeated = finished = len(gradable) - len(waiting)
        progress(finished, len(gradable))
        jobs = [partial(_work, plan, one, checks[one.exercises], rules) for one, _ in waiting]
        for number, record in workers.graded(jobs, plan.jobs, plan.scheduler):
            one, key = waiting[number]
            journal.write(Result(one.student, one.exercises, key, record))
            finished += 1
            progress(finished, len(gradable))
        return _write(plan, found, journal, sets, rules, n_repeated)


def _look_before(plan: Plan) -> None:
    """Refuse what would fail at the end, or would show students what is not theirs."""
    if plan.sandboxed and not plan.scheduler and (lacking := sandbox.missing()):
        raise CourseError(
            f"{lacking}. Without a sandbox, code that nobody has read runs with your rights: it "
            "can read, change and send whatever you can. --unsandboxed grades all the same"
        )
    if plan.journal.exists() and not plan.resume:
        raise CourseError(
            f"{str(plan.journal)!r} is there: a class was begun. Go on with --resume (what is "
            "graded is not repeated, what has changed is), or give another --out"
        )
    if plan.out.exists() and not plan.journal.exists():
        raise CourseError(f"{str(plan.out)!r} is there already, and not of this command: move it")
    for path in (find_root(), plan.submissions, plan.out, plan.feedback):
        for shown in bubblewrap.shown_folders():
            if path.resolve().is_relative_to(shown):
                raise CourseError(
                    f"{str(path)!r} is in {str(shown)!r}, which students' code can read: "
                    "choose a place elsewhere"
                )
    for path in (plan.out, plan.feedback):
        if path.resolve().is_relative_to(plan.submissions.resolve()):
            raise CourseError(
                f"{str(path)!r} is among the submissions, and would be taken for one: "
                "choose a place elsewhere"
            )
    for folder in (plan.out.resolve().parent, plan.feedback):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CourseError(f"cannot write in {str(folder)!r}: {error.strerror}") from None


def _rules(plan: Plan, found: Sequence[Submission], journal: Mapping[str, str]) -> Rules:
    """Settle the seed, by the journal of an earlier run if there is one, and the numbers."""
    kept = journal.get("seed")
    if plan.seed is not None and kept is not None and plan.seed != kept:
        raise CourseError(f"this class was begun with --seed {kept}, not {plan.seed}")
    handed_out = {one.handout for one in found if one.handout}
    seed = kept if kept is not None else plan.seed
    own_numbers = bool(handed_out)
    if own_numbers:
        if seed is None:
            raise CourseError(
                "these notebooks have numbers of their own: give --seed, that of coursekit handout"
            )
        if handout.mark(seed) not in handed_out:
            raise CourseError(f"these notebooks were handed out with another seed than {seed}")
        named = {submissions.normal(one.handed_out_to) for one in found if one.handed_out_to}
        if not named & {submissions.normal(one.student) for one in found}:
            raise CourseError(
                f"handed out to names such as {min(named)!r}, handed in by such as "
                f"{found[0].student!r}: numbers belong to names, so they must be the same"
            )
    seed = seed if seed is not None else str(secrets.randbits(64))
    return Rules(seed, own_numbers, plan.due, plan.anonymous)


def _print(one: Submission, checks: str, rules: Rules) -> str:
    """Return a digest of all that a record depends on."""
    parts = [str(RECORDS), one.student, one.digest, checks, rules.seed, rules.own_numbers]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _work(plan: Plan, one: Submission, checks: str, rules: Rules) -> Work:
    own = handout.own_secret(rules.seed, one.student) if rules.own_numbers else ""
    return Work(one.exercises, checks, one.cells, rules.seed, own, plan.sandboxed)


def _write(
    plan: Plan,
    found: Sequence[Submission],
    journal: Journal,
    sets: Sequence[ExerciseSet],
    rules: Rules,
    n_repeated: int,
) -> Outcome:
    """Write everything that people read, from the journal alone, so that it is always the same."""
    known = classroom.known(sets, {one.exercises for one in found})
    worth = {name: marks.out_of(one, rules.own_numbers) for name, one in known.items()}
    lines = []
    for one in found:
        record = None if one.problem else journal.record(one.student, one.exercises)
        line = classroom.graded(one, record, known.get(one.exercises), rules)
        if exercises := known.get(one.exercises):
            sentences = _sentences(exercises, rules, one.student)
            pages.write_feedback(plan.feedback, line, exercises, worth[one.exercises], sentences)
        # The words have been written; of a large class they would fill the memory.
        lines.append(line.without_words())
    lines.sort(key=lambda line: (line.student, line.exercises))
    tables = gradebook.tables(plan.out, lines, worth)
    if rules.anonymous:
        names = {(classroom.pseudonym(s.student, rules.seed), s.student) for s in found}
        key = [("Pseudonym", "Student"), *sorted(names)]
        tables[plan.out.with_name(f"{plan.out.stem}_names.csv")] = gradebook.table(key)
    _keep_changed(plan.out, journal)
    journal.remember(f"gradebook {_digest(tables[plan.out])}", "written")
    for path, table in tables.items():
        write_atomically(path, table)
    alike = classroom.alike(lines, {name: public_shape(one) for name, one in known.items()})
    figures = pages.write_report(plan.report, lines, alike)
    return Outcome(lines, figures, alike, rules.seed, n_repeated)


def _sentences(exercises: ExerciseSet, rules: Rules, student: str) -> dict[str, str]:
    if not rules.own_numbers:
        return {}
    tasks = [task for task in exercises.tasks if isinstance(task, Compute)]
    return {task.name: handout.sentence(task, rules.seed, student) for task in tasks}


def _keep_changed(out: Path, journal: Journal) -> None:
    """Keep a copy of a gradebook that somebody has written in since."""
    if not out.exists():
        return
    content = out.read_bytes()
    digest = _digest(content)
    if f"gradebook {digest}" not in journal.about:
        write_atomically(out.with_name(f"{out.stem}_before_{digest[:8]}{out.suffix}"), content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
