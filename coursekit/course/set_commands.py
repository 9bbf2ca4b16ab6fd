"""The commands of those who write exercise sets: release, mutants."""

from typing import TYPE_CHECKING, Annotated

import typer

from . import completion
from .errors import CourseError
from .terminal import say, show_table, waiting

if TYPE_CHECKING:
    from .exercises.sets import ExerciseSet

Sets = Annotated[
    list[str] | None, typer.Argument(help="Sets, such as 11.", autocompletion=completion.sets)
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (release, mutants):
        app.command(rich_help_panel="Maintain")(command)


def release(
    sets: Sets = None,
    every: Annotated[bool, typer.Option("--all", help="All sets.")] = False,
) -> None:
    """Make exercise.ipynb from solution.ipynb."""
    from .exercises.notebook import write_release

    for one in _chosen(sets, every):
        print(f"{one.name}: {'written' if write_release(one) else 'unchanged'}")


def mutants(
    sets: Sets = None,
    every: Annotated[bool, typer.Option("--all", help="All sets.")] = False,
    sample: Annotated[int | None, typer.Option(min=1, help="So many of each set only.")] = None,
    seed: Annotated[int, typer.Option(help="Which ones are drawn.")] = 0,
) -> None:
    """Test the checks: change the solutions' functions mechanically, and see which changes pass.

    Ends with status 1 when a set catches less than 95 % of the changes that change an answer.
    """
    import os
    from concurrent.futures import ProcessPoolExecutor

    from .exercises.mutants import tally

    chosen = _chosen(sets, every)
    weak, missed, rows = False, [], []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        # The processes begin before the thread that shows the time: they are forked.
        pool.submit(int).result()
        for number, one in enumerate(chosen, start=1):
            with waiting(f"{number} of {len(chosen)}: changing the solutions of {one.name}"):
                tallies = tally(one, sample=sample, seed=seed, each=pool.map)
            caught = sum(t.caught for t in tallies)
            same = sum(len(t.harmless) for t in tallies)
            survivors = [(t.task, change) for t in tallies for change in t.survivors]
            missed += survivors
            share = caught / max(caught + len(survivors), 1)
            weak |= share < 0.95
            changes = caught + same + len(survivors)
            mistakes = sum(map(len, one.mistakes.values()))
            counts = map(str, (len(one.tasks), mistakes, changes, same, caught))
            rows.append([one.name.partition("_")[0], *counts, f"{share:.1%}"])
    heads = "Set", ">tasks", ">mistakes", ">changes", ">same answer", ">caught", ">share"
    show_table("Changed solutions", heads, rows)
    for task, change in missed:
        say(f"not caught, {task}: {change}")
    if weak:
        raise typer.Exit(1)


def _chosen(sets: list[str] | None, every: bool) -> "list[ExerciseSet]":
    from .exercises.sets import all_sets, find_set

    if bool(sets) == every:
        raise CourseError("name the sets, or give --all")
    known = all_sets()
    return known if every else [find_set(name, known) for name in sets or []]
