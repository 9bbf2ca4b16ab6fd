"""The commands of those who grade a class: handout, grade."""

import os
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from . import completion
from .errors import CourseError
from .terminal import console, plain, say, waiting

Seed = Annotated[str | None, typer.Option(help="What numbers are drawn from; keep it to yourself.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (handout, grade):
        app.command(rich_help_panel="Teach")(command)


def handout(
    exercises: Annotated[
        str,
        typer.Argument(metavar="SET", help="A set, such as 05.", autocompletion=completion.sets),
    ],
    students: Annotated[Path, typer.Option(help="Their names, one a line, or a table.")],
    out: Annotated[Path, typer.Option(help="The folder to write student/set/exercise.ipynb in.")],
    seed: Seed = None,
) -> None:
    """Make a notebook for each student, with numbers of their own to compute with.

    Grade with the same seed. Names must be those under which the notebooks come back.
    """
    import secrets

    from .exercises.sets import all_sets, find_set
    from .grading.handout import roster, write_handouts

    one = find_set(exercises, all_sets())
    seed = seed if seed is not None else str(secrets.randbits(64))
    names = roster(students)
    with waiting(f"Writing {len(names)} notebooks", patience=2):
        places = write_handouts(one, names, seed, out)
    say(f"{len(places)} notebooks in {out}, from {names[0]!r} to {names[-1]!r}")
    say(
        f"grade them, and hand out the other sets of this class, with: --seed {seed}\n"
        "(keep it: it is written nowhere else)"
    )


def grade(
    submissions: Annotated[Path, typer.Argument(help="A folder or a zip of what was handed in.")],
    out: Annotated[Path, typer.Option(help="The gradebook to write.")] = Path("gradebook.csv"),
    feedback: Annotated[Path, typer.Option(help="The folder for a page a student.")] = Path(
        "feedback"
    ),
    jobs: Annotated[
        int | None, typer.Option(min=1, help="So many at once; by default as many as processors.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Use the workers of a Dask cluster.")
    ] = None,
    seed: Seed = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on; grade only what is new or has changed.")
    ] = False,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Pseudonyms; the key is a table of its own.")
    ] = False,
    due: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Such as 2026-11-30; later work loses marks by the set."),
    ] = None,
    unsandboxed: Annotated[
        bool, typer.Option("--unsandboxed", help="Run students' code with your own rights.")
    ] = False,
) -> None:
    """Grade a class: a gradebook, a page for each student, a report; in a sandbox, resumable."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from .exercises.sets import all_sets
    from .grading import pages
    from .grading.run import Plan, grade_class

    if jobs and scheduler:
        raise CourseError("--jobs is for this machine, --scheduler for a cluster: give one of them")
    if unsandboxed and scheduler:
        raise CourseError("a cluster's workers grade in the sandbox only: leave out --unsandboxed")
    plan = Plan(
        submissions, out, feedback, jobs or os.cpu_count() or 1, scheduler, seed, resume, anonymous,
        _time(due), not unsandboxed,
    )  # fmt: skip
    # On a terminal only: in a file the bar would be noise.
    moving = sys.stderr.isatty() and not plain()
    if not moving:
        say("grading …", sys.stderr)
    with Progress(
        "grading", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console(stderr=True), disable=not moving,
    ) as bar:  # fmt: skip
        shown = bar.add_task("grading", total=None)
        try:
            outcome = grade_class(
                plan, all_sets(), lambda done, total: bar.update(shown, completed=done, total=total)
            )
        except KeyboardInterrupt:
            say("stopped; what is graded is kept: go on with --resume", sys.stderr)
            raise
    say(pages.summary(outcome.figures, outcome.alike))
    not_graded = [one for one in outcome.lines if one.state != "graded"]
    if not_graded:
        say("\nNot graded")
    for line in not_graded:
        say(f"  {line.student} ({line.exercises or 'no set'}): {line.remark}")
    if outcome.n_gone:
        say(f"\n{outcome.n_gone} that were graded before are no longer handed in")
    if outcome.kept_copy:
        say(f"\nthe gradebook was changed by somebody: that version is {outcome.kept_copy}")
    if outcome.n_repeated:
        say(f"\n{outcome.n_repeated} were graded before and have not changed")
    say(f"\ngradebook: {out}; report: {plan.report}; feedback: {feedback}; seed: {outcome.seed}")


def _time(words: str | None) -> datetime | None:
    """Return a time in words; a day alone means its end, and a time without zone is local."""
    if not words:
        return None
    try:
        if len(words) <= len("2026-11-30"):
            return datetime.combine(date.fromisoformat(words), time.max).astimezone()
        return datetime.fromisoformat(words).astimezone()
    except ValueError:
        raise CourseError(f'--due {words!r}: give a time such as "2026-11-30 23:59"') from None
