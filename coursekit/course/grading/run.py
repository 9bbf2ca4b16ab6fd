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
    """What a run leaves: the lines of the gradebook, the numbers, and the seed they belong to.

    `n_repeated` were graded before, `n_gone` are no longer handed in, and `kept_copy` is what
    somebody has written in the gradebook.
    """

    lines: Sequence[Graded]
    figures: ClassFigures
    alike: Sequence[Sequence[Graded]]
    seed: str
    n_repeated: int
    n_gone: int
    kept_copy: Path | None


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
        if rules.due:
            journal.remember("due", rules.due.isoformat())
        if rules.anonymous:
            journal.remember("anonymous", "yes")
        done = journal.finished()
        gradable = [one for one in found if not one.problem]
        prints = [_print(one, checks[one.exercises], rules) for one in gradable]
        waiting = [
            (one, key)
            for one, key in zip(gradable, prints, strict=True)
            if done.get((one.student, one.exercises)) != key
        ]
        finished = len(gradable) - len(waiting)
        n_gone = len(done.keys() - {(one.student, one.exercises) for one in found})
        progress(finished, len(gradable))
        jobs = [partial(_work, plan, one, checks[one.exercises], rules) for one, _ in waiting]
        for number, record in workers.graded(jobs, plan.jobs, plan.scheduler):
            one, key = waiting[number]
            journal.write(Result(one.student, one.exercises, key, record))
            finished += 1
            progress(finished, len(gradable))
        lines, kept_copy = _write(plan, found, journal, sets, rules)
    known = classroom.known(sets, {one.exercises for one in found})
    alike = classroom.alike(lines, {name: public_shape(one) for name, one in known.items()})
    figures = pages.write_report(plan.report, lines, alike)
    n_repeated = len(gradable) - len(waiting)
    return Outcome(lines, figures, alike, rules.seed, n_repeated, n_gone, kept_copy)


def _look_before(plan: Plan) -> None:
    """Refuse what would fail at the end, or would show students what is not theirs."""
    if plan.sandboxed and not plan.scheduler and (lacking := sandbox.missing()):
        raise CourseError(
            f"{lacking}. Without a sandbox, code that nobody has read runs with your rights: it "
            "can read, change and send whatever you can. --unsandboxed grades all the same"
        )
    if not plan.out.suffix or plan.out.is_dir():
        raise CourseError(f"--out {str(plan.out)!r} must be a file, such as gradebook.csv")
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


def _rules(plan: Plan, found: Sequence[Submission], kept: Mapping[str, str]) -> Rules:
    """Settle what holds for the whole class, by the journal of an earlier run if there is one."""
    seed = kept.get("seed", plan.seed)
    if plan.seed is not None and plan.seed != seed:
        raise CourseError(f"this class was begun with --seed {seed!r}, not {plan.seed!r}")
    due = plan.due or (datetime.fromisoformat(kept["due"]) if "due" in kept else None)
    own_numbers = {name for name in {one.exercises for one in found} if _is_own(name, found, seed)}
    seed = seed if seed is not None else str(secrets.randbits(64))
    return Rules(seed, frozenset(own_numbers), due, plan.anonymous or "anonymous" in kept)


def _is_own(exercises: str, found: Sequence[Submission], seed: str | None) -> bool:
    """Tell whether a set was handed out with numbers of the student's own: most notebooks say so.

    A single notebook must not decide that, since anybody can write anything into theirs.
    """
    notebooks = [one for one in found if one.exercises == exercises and not one.problem]
    marked = [one for one in notebooks if one.handout]
    if 2 * len(marked) <= len(notebooks):
        return False
    whose = f"the notebooks of {exercises}, such as that of {marked[0].student!r},"
    if seed is None:
        raise CourseError(f"{whose} have numbers of their own: give --seed, that of the handout")
    if 2 * sum(one.handout == handout.mark(seed) for one in marked) <= len(marked):
        raise CourseError(f"{whose} were handed out with another seed than {seed!r}")
    students = {submissions.normal(one.student) for one in notebooks}
    if not students & {submissions.normal(one.handed_out_to) for one in marked}:
        raise CourseError(
            f"{whose} were handed out to names such as {marked[0].handed_out_to!r}: "
            "numbers belong to names, so they must be those under which notebooks come back"
        )
    return True


def _print(one: Submission, checks: str, rules: Rules) -> str:
    """Return a digest of all that a record depends on."""
    parts = [str(RECORDS), one.student, one.digest, checks, rules.seed, rules.is_own(one.exercises)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _work(plan: Plan, one: Submission, checks: str, rules: Rules) -> Work:
    own = handout.own_secret(rules.seed, one.student) if rules.is_own(one.exercises) else ""
    return Work(one.exercises, checks, one.cells, rules.seed, own, plan.sandboxed)


def _write(
    plan: Plan,
    found: Sequence[Submission],
    journal: Journal,
    sets: Sequence[ExerciseSet],
    rules: Rules,
) -> tuple[list[Graded], Path | None]:
    """Write tables and students' pages, from the journal alone, so that all is always the same."""
    known = classroom.known(sets, {one.exercises for one in found})
    worth = {name: marks.out_of(one, rules.is_own(name)) for name, one in known.items()}
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
    kept_copy = _keep_changed(plan.out, journal)
    journal.remember(f"gradebook {_digest(tables[plan.out])}", "written")
    for path, table in tables.items():
        write_atomically(path, table)
    return lines, kept_copy


def _sentences(exercises: ExerciseSet, rules: Rules, student: str) -> dict[str, str]:
    if not rules.is_own(exercises.name):
        return {}
    tasks = [task for task in exercises.tasks if isinstance(task, Compute)]
    return {task.name: handout.sentence(task, rules.seed, student) for task in tasks}


def _keep_changed(out: Path, journal: Journal) -> Path | None:
    """Keep a copy of a gradebook that somebody has written in since, and return its path."""
    if not out.exists():
        return None
    content = out.read_bytes()
    digest = _digest(content)
    if f"gradebook {digest}" in journal.about:
        return None
    copy = out.with_name(f"{out.stem}_before_{digest[:8]}{out.suffix}")
    write_atomically(copy, content)
    return copy


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
