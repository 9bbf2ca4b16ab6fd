"""The commands of a learner: list, check, watch, hint, solution, progress."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import completion
from .errors import CourseError
from .terminal import say, waiting

if TYPE_CHECKING:
    from .exercises.progress import Progress
    from .exercises.sets import ExerciseSet
    from .exercises.tasks import Task

Target = Annotated[
    str,
    typer.Argument(
        help="A set (11), a task (l1_step) or a notebook file.",
        autocompletion=completion.sets_and_tasks,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (check, watch, hint, solution, progress):
        app.command(rich_help_panel="Study")(command)
    app.command("list", rich_help_panel="Study")(list_)


def check(target: Target) -> None:
    """Check answers: what holds, what fails first, and which misunderstanding fits.

    Ends with status 0 only when every task holds, else 1.
    """
    from .exercises.feedback import check_tasks
    from .exercises.notebook import code_cells

    exercise_set, tasks, path = _resolve(target)
    keep = _is_learners(exercise_set, path)
    verdicts = check_tasks(
        exercise_set, tasks, code_cells(path), keep_progress=keep, during=_checking
    )
    held = sum(v.status == "holds" for v in verdicts)
    if len(verdicts) > 1:
        points = sum(v.points for v in verdicts), sum(t.points for t in tasks)
        say(f"{held} of {len(tasks)} tasks hold: {points[0]} of {points[1]} points")
    if held < len(tasks):
        raise typer.Exit(1)


def watch(target: Target) -> None:
    """Check again whenever the notebook is saved, until every task holds; stop with Ctrl+C."""
    from .exercises.feedback import check_tasks
    from .exercises.watching import answers_as_saved

    exercise_set, tasks, path = _resolve(target)
    keep = _is_learners(exercise_set, path)
    say(f"watching {path.name} of {exercise_set.name}: save it to have it checked")
    holds: dict[str, bool] = {}
    for cells, changed in answers_as_saved(path, tasks):
        if not changed:
            say("saved: no answer has changed")
        verdicts = check_tasks(exercise_set, changed, cells, keep_progress=keep, during=_checking)
        holds |= {v.task.name: v.status == "holds" for v in verdicts}
        if all(holds.values()):
            say("every task holds: coursekit progress shows what is next")
            return


def hint(
    task: Annotated[
        str,
        typer.Argument(
            help="The name of a task, such as l1_step.", autocompletion=completion.tasks
        ),
    ],
) -> None:
    """Open one more hint; the last one stops short of the answer."""
    from .exercises.sets import all_sets, find_task

    _, found = find_task(task, all_sets())
    done = _progress()
    count = min(done.hints.get(task, 0) + 1, len(found.hints))
    say(f"hint {count} of {len(found.hints)}: {found.hints[count - 1]}")
    if count != done.hints.get(task):
        done.hints[task] = count
        done.save()


def solution(
    task: Annotated[
        str,
        typer.Argument(help="The name of a task you have passed.", autocompletion=completion.tasks),
    ],
) -> None:
    """Show one way to solve a task, once you have passed it."""
    from .exercises.notebook import BEGIN, END, answer_cells
    from .exercises.sets import all_sets, find_task

    exercise_set, found = find_task(task, all_sets())
    if task not in _progress().passed:
        raise CourseError(
            f"{task} is not passed yet: coursekit hint {task} opens a hint; "
            f"whoever gives up finds exercises/{exercise_set.name}/solution.ipynb"
        )
    lines = answer_cells(exercise_set.solution)[task].source.splitlines()
    print("\n".join(line for line in lines if line.strip() not in (BEGIN, END)))
    say(found.explanation)


def progress() -> None:
    """Show what is done, what is next, and how many minutes are left."""
    from .exercises.sets import all_sets

    done = _progress()
    sets = all_sets()
    tasks = [task for one in sets for task in one.tasks]
    left = [task for task in tasks if task.name not in done.passed]
    minutes = sum(task.minutes for task in left)
    say(f"{len(tasks) - len(left)} of {len(tasks)} tasks done, about {_hours(minutes)} left")
    begun = [one for one in sets if any(task.name in done.passed for task in one.tasks)]
    for one in begun:
        say(_state(one, done.passed))
    unfinished = [one for one in [*begun, *sets] if any(t in left for t in one.tasks)]
    if unfinished:
        task = next(t for t in unfinished[0].tasks if t in left)
        number = unfinished[0].name.partition("_")[0]
        say(f"next: {task.name} ({task.kind}), then coursekit check {number}")


def list_(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[SET]", help="One set, such as 11.", autocompletion=completion.sets
        ),
    ] = None,
) -> None:
    """List the sets, or the tasks of one set."""
    from .exercises.sets import all_sets, find_set

    passed = _progress().passed
    sets = all_sets()
    if name is None:
        for one in sets:
            say(_state(one, passed))
        return
    for task in find_set(name, sets).tasks:
        mark = "✓" if task.name in passed else "–"
        points = f"{task.points} point{'s' * (task.points > 1)}"
        say(f"{mark} {task.name}: {task.kind}, {points}, about {task.minutes} minutes")


def _checking(task: "Task") -> AbstractContextManager[None]:
    """Show that a task is being checked, which takes long if its answer does not end."""
    return waiting(f"checking {task.name}", patience=2)


def _progress() -> "Progress":
    """Return what is kept, and say so if the file could not be read."""
    from .exercises import progress as kept

    done = kept.load()
    if done.note:
        say(done.note)
    return done


def _state(exercises: "ExerciseSet", passed: set[str]) -> str:
    left = [t for t in exercises.tasks if t.name not in passed]
    count = len(exercises.tasks) - len(left)
    state = f"about {_hours(sum(t.minutes for t in left))} left" if left else "done"
    return f"{exercises.name}: {count} of {len(exercises.tasks)} tasks, {state}"


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} minutes"


def _is_learners(exercises: "ExerciseSet", path: Path) -> bool:
    """Tell whether a notebook is somebody's own: checking the solution is no progress."""
    return path.resolve() != exercises.solution.resolve()


def _resolve(target: str) -> "tuple[ExerciseSet, list[Task], Path]":
    """Return the set, the tasks and the notebook that a set, a task or a file name stands for."""
    from .catalogue import read_notebook
    from .exercises.notebook import set_named
    from .exercises.sets import all_sets, find_set, find_task, unknown

    sets = all_sets()
    names = [one.name for one in sets]
    path = Path(target)
    if path.suffix == ".ipynb" or path.is_file():
        name = set_named(read_notebook(path)) or path.resolve().parent.name
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
