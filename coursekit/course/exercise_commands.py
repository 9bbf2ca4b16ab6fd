"""The commands around exercises: check, hint, progress, release."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .errors import CourseError
from .terminal import say

if TYPE_CHECKING:
    from .exercises.sets import ExerciseSet
    from .exercises.tasks import Task

STUDY, MAINTAIN = "Study", "Maintain"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(rich_help_panel=STUDY)(check)
    app.command(rich_help_panel=STUDY)(hint)
    app.command(rich_help_panel=STUDY)(progress)
    app.command(rich_help_panel=MAINTAIN)(release)


def check(
    target: Annotated[str, typer.Argument(help="A set (11), a task (l1_step) or a notebook file.")],
) -> None:
    """Check answers: what holds, what fails first, and which misunderstanding fits.

    Ends with status 0 only when every task holds, else 1.
    """
    from .exercises.feedback import check_tasks
    from .exercises.notebook import code_cells

    exercise_set, tasks, path = _resolve(target)
    keep = path.resolve() != exercise_set.solution.resolve()
    verdicts = check_tasks(exercise_set, tasks, code_cells(path), keep_progress=keep)
    held = sum(v.status == "holds" for v in verdicts)
    if len(verdicts) > 1:
        points = sum(v.points for v in verdicts), sum(t.points for t in tasks)
        say(f"{held} of {len(tasks)} tasks hold: {points[0]} of {points[1]} points")
    if held < len(tasks):
        raise typer.Exit(1)


def hint(task: Annotated[str, typer.Argument(help="The name of a task, such as l1_step.")]) -> None:
    """Open one more hint; the last one stops short of the answer."""
    from .exercises import progress as kept
    from .exercises.sets import all_sets, find_task

    _, found = find_task(task, all_sets())
    done = kept.load()
    count = min(done.hints.get(task, 0) + 1, len(found.hints))
    if done.note:
        say(done.note)
    say(f"hint {count} of {len(found.hints)}: {found.hints[count - 1]}")
    if count != done.hints.get(task):
        done.hints[task] = count
        done.save()


def progress() -> None:
    """Show what is done, what is next, and how many minutes are left."""
    from .exercises import progress as kept
    from .exercises.sets import all_sets

    done = kept.load()
    if done.note:
        say(done.note)
    for one in all_sets():
        left = [t for t in one.tasks if t.name not in done.passed]
        count = len(one.tasks) - len(left)
        minutes = sum(t.minutes for t in left)
        state = f"about {minutes} minutes left" if left else "done"
        say(f"{one.name}: {count} of {len(one.tasks)} tasks, {state}")
        if left:
            number = one.name.partition("_")[0]
            say(f"  next: {left[0].name} ({left[0].kind}), then coursekit check {number}")


def release(
    sets: Annotated[list[str] | None, typer.Argument(help="Sets, such as 11.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All sets.")] = False,
) -> None:
    """Make exercise.ipynb from solution.ipynb."""
    from .exercises.notebook import write_release
    from .exercises.sets import all_sets, find_set

    if bool(sets) == every:
        raise CourseError("name the sets to release, or give --all")
    known = all_sets()
    for one in known if every else [find_set(name, known) for name in sets or []]:
        print(f"{one.name}: {'written' if write_release(one) else 'unchanged'}")


def _resolve(target: str) -> "tuple[ExerciseSet, list[Task], Path]":
    """Return the set, the tasks and the notebook that a set, a task or a file name stands for."""
    from .exercises.notebook import set_named_in
    from .exercises.sets import all_sets, find_set, find_task, unknown

    sets = all_sets()
    names = [one.name for one in sets]
    path = Path(target)
    if path.suffix == ".ipynb" or path.is_file():
        name = set_named_in(path) or path.resolve().parent.name
        if name not in names:
            listed = ", ".join(names)
            raise CourseError(
                f"cannot tell which set {target!r} answers: {name!r} is not in {listed}"
            )
        one = find_set(name, sets)
        return one, one.tasks, path
    if target in names or target in [name.partition("_")[0] for name in names]:
        one = find_set(target, sets)
        return one, one.tasks, one.learners_file
    tasks = [task.name for one in sets for task in one.tasks]
    if target not in tasks:
        raise unknown("set, task or notebook", target, [*names, *tasks])
    one, task = find_task(target, sets)
    return one, [task], one.learners_file
