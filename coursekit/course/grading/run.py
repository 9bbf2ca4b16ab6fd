"""A class from notebooks to gradebook: what is not graded yet is handed to workers."""

import hashlib
import json
import multiprocessing
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from ..errors import CourseError
from ..exercises.sets import ExerciseSet, find_set
from ..exercises.tasks import Compute
from ..files import write_atomically
from . import classroom, gradebook, handout, marks, pages, sandbox, submissions
from .classroom import Graded, Rules
from .figures import ClassFigures
from .grader import Work, fingerprint, grade, public_shape
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
    with Journal(plan.journal) as journal:
        rules = _rules(plan, found, journal)
        checks = {one.name: fingerprint(one) for one in sets}
        done = journal.finished()
        for place in done.keys() - {(one.student, one.exercises) for one in found}:
            journal.forget(*place)
        waiting = [
            one
            for one in found
            if not one.problem
            and done.get((one.student, one.exercises)) != _print(one, checks, rules)
        ]
        n_gradable = sum(not one.problem for one in found)
        progress(n_gradable - len(waiting), n_gradable)
        finished = n_gradable - len(waiting)
        for one, record in _graded(plan, waiting, checks, rules):
            key = _print(one, checks, rules)
            journal.write(Result(one.student, one.exercises, key, record))
            finished += 1
            progress(finished, n_gradable)
        return _write(plan, found, journal, sets, rules, n_gradable - len(waiting))


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
    for path in (plan.submissions, plan.out, plan.feedback):
        for shown in sandbox.shown_folders():
            if path.resolve().is_relative_to(shown):
                raise CourseError(
                    f"{str(path)!r} is in {str(shown)!r}, which students' code can read"
                )
    for folder in (plan.out.resolve().parent, plan.feedback):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CourseError(f"cannot write in {str(folder)!r}: {error.strerror}") from None


def _rules(plan: Plan, found: Sequence[Submission], journal: Journal) -> Rules:
    """Settle the seed and whether this class has numbers of its own; keep both in the journal."""
    kept = journal.about.get("seed")
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
    if kept is None:
        journal.remember("seed", seed)
    return Rules(seed, own_numbers, plan.due, plan.anonymous)


def _print(one: Submission, checks: dict[str, str], rules: Rules) -> str:
    """Return a digest of all that a record depends on."""
    parts = [str(RECORDS), one.student, one.digest, checks[one.exercises], rules.seed]
    text = json.dumps([*parts, rules.own_numbers])
    return hashlib.sha256(text.encode()).hexdigest()


def _graded(
    plan: Plan, waiting: Sequence[Submission], checks: dict[str, str], rules: Rules
) -> Iterator[tuple[Submission, dict[str, Any]]]:
    """Yield each submission with its record as it comes, with few of them in hand at a time."""
    left = dict(enumerate(waiting))
    for attempt in (1, 2):
        try:
            with _executor(plan, len(left)) as (executor, n_workers):
                todo = iter(list(left))
                running: set[Future[Any]] = set()
                while left:
                    for number in islice(todo, max(4 * n_workers - len(running), 0)):
                        work = _work(plan, left[number], number, checks, rules)
                        if isinstance(work, Work):
                            running.add(executor.submit(grade, work))
                        else:
                            yield left.pop(number), {"problem": work, "tasks": {}}
                    ready, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in ready:
                        number, record = future.result()
                        yield left.pop(number), record
                return
        except BrokenExecutor as error:
            # Workers run no student's code; one may still be killed, for instance for its memory.
            if attempt == 2:
                raise CourseError(f"workers end early ({error}): go on with --resume") from None


def _work(
    plan: Plan, one: Submission, number: int, checks: dict[str, str], rules: Rules
) -> Work | str:
    own = handout.own_secret(rules.seed, one.student) if rules.own_numbers else ""
    try:
        cells = one.cells
    except CourseError as error:
        return str(error)
    place, seed = checks[one.exercises], rules.seed
    return Work(number, one.exercises, place, cells, seed, own, plan.sandboxed)


@contextmanager
def _executor(plan: Plan, n_waiting: int) -> Iterator[tuple[Executor, int]]:
    """Give the workers and their number: processes here, or those of a Dask cluster."""
    if plan.scheduler:
        try:
            from distributed import Client
        except ImportError:
            raise CourseError("--scheduler needs Dask: python -m uv sync --group grading") from None
        try:
            client = Client(plan.scheduler, timeout="20s")
        except (OSError, ValueError) as error:
            raise CourseError(f"no scheduler at {plan.scheduler!r}: {error}") from None
        with client, client.get_executor() as executor:
            if not (n_workers := sum(client.nthreads().values())):
                raise CourseError(f"the scheduler {plan.scheduler!r} has no workers")
            yield executor, n_workers
        return
    context = multiprocessing.get_context("spawn")
    jobs = max(1, min(plan.jobs, n_waiting))
    with ProcessPoolExecutor(jobs, context, initializer=_end_with_parent) as executor:
        try:
            yield executor, jobs
        finally:
            executor.shutdown(wait=True, cancel_futures=True)


def _end_with_parent() -> None:
    """End this worker when its parent is gone, even if that was killed."""
    parent = multiprocessing.parent_process()
    assert parent

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _write(
    plan: Plan,
    found: Sequence[Submission],
    journal: Journal,
    sets: Sequence[ExerciseSet],
    rules: Rules,
    n_repeated: int,
) -> Outcome:
    """Write everything that people read, from the journal alone, so that it is always the same."""
    records = {(r.student, r.exercises): r.record for r in journal.results()}
    lines = []
    worth = {
        one.name: marks.out_of(one, rules.own_numbers)
        for one in sets
        if any(one.name == s.exercises for s in found)
    }
    for one in found:
        record = records.get((one.student, one.exercises))
        line = classroom.graded(one, record, sets, rules)
        lines.append(line)
        if one.exercises in worth:
            exercises = find_set(one.exercises, sets)
            pages.write_feedback(
                plan.feedback, line, exercises, worth[one.exercises],
                _sentences(exercises, rules, one.student),
            )  # fmt: skip
    lines.sort(key=lambda line: (line.student, line.exercises))
    _keep_changed(plan.out, journal)
    gradebook.write(plan.out, lines, worth)
    journal.remember("gradebook", hashlib.sha256(plan.out.read_bytes()).hexdigest())
    if rules.anonymous:
        names = {(classroom.pseudonym(s.student, rules.seed), s.student) for s in found}
        key = gradebook.table([("Pseudonym", "Student"), *sorted(names)])
        write_atomically(plan.out.with_name(f"{plan.out.stem}_names.csv"), key)
    public = {name: public_shape(find_set(name, sets)) for name in worth}
    alike = classroom.alike(lines, public)
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
    digest = hashlib.sha256(content).hexdigest()
    if digest != journal.about.get("gradebook"):
        write_atomically(out.with_name(f"{out.stem}_before_{digest[:8]}{out.suffix}"), content)
