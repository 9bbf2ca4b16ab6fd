"""The commands and their help. What they need is imported when they run: --help stays quick."""

from pathlib import Path
from typing import Annotated

import typer

from . import completion, exercise_commands, grade_commands, set_commands, teach_commands
from .help import Application, Group
from .root import find_root
from .terminal import waiting

app = Application(
    cls=Group,
    name="coursekit",
    help="Losses, gradients, penalties and the sparsity argument: a course you run.",
    epilog="Start with: coursekit lab",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command(rich_help_panel="Study")
def lab(
    extra: Annotated[
        list[str] | None, typer.Argument(help="Passed on to JupyterLab, after --.")
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Use this port.")] = None,
) -> None:
    """Open the course in JupyterLab, in a working copy of your own."""
    from . import lab as jupyterlab
    from . import workspace

    root = find_root()
    with waiting(f"Bringing {workspace.FOLDER} up to date", patience=2):
        changes = workspace.update(root)
    if changes.made:
        typer.echo(f"New in {workspace.FOLDER}: {len(changes.made)} files.")
    for name in changes.updated:
        typer.echo(f"Updated: {name}")
    for name in changes.beside:
        typer.echo(f"You have changed the older version; the newer one lies beside it: {name}")
    raise typer.Exit(jupyterlab.start(root, port=port, browser=browser, extra=extra or ()))


# Here, because the help lists the commands in this order.
exercise_commands.register(app)


@app.command(rich_help_panel="Study")
def reset(
    name: Annotated[
        str,
        typer.Argument(
            help="A number (11), a name (11_updates) or a path.", autocompletion=completion.sets
        ),
    ],
    lesson: Annotated[bool, typer.Option("--lesson", help="The lesson, not its exercise.")] = False,
) -> None:
    """Start an exercise or a lesson afresh; what you have written is kept beside it."""
    from . import workspace

    root = find_root()
    restored, kept = workspace.reset(root, name, lesson=lesson)
    typer.echo(f"As handed out: {restored.relative_to(root).as_posix()}")
    if kept:
        typer.echo(f"Yours is kept: {kept.relative_to(root).as_posix()}")


@app.command(rich_help_panel="Study")
def doctor(
    in_a_room: Annotated[
        bool, typer.Option("--room", help="Try a workshop out on this machine, before it begins.")
    ] = False,
) -> None:
    """Say in plain words what is missing or too old, and how to mend it."""
    from . import doctor as examination
    from . import room

    raise typer.Exit(examination.report(*([room.examine(find_root())] if in_a_room else [])))


teach_commands.register(app)
grade_commands.register(app)


@app.command("test", rich_help_panel="Maintain")
def run_tests(
    tiers: Annotated[
        list[str] | None,
        typer.Argument(help="Only these; all by default.", autocompletion=completion.tiers),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="Every tier; a skip is a failure.")
    ] = False,
) -> None:
    """Run unit tests, lessons and exercises; exit status 1 if any of them fails."""
    from . import suite

    raise typer.Exit(suite.run_tiers(find_root(), tiers or (), everything=everything))


set_commands.register(app)


@app.command(rich_help_panel="Maintain")
def store(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Numbers (11) or paths of notebooks.", autocompletion=completion.notebooks
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every lesson and solution.")] = False,
) -> None:
    """Restart & Run All a notebook and store its outputs, if no cell fails."""
    from . import store as outputs

    root = find_root()
    paths = outputs.chosen(root, names or (), every=every)
    for count, path in enumerate(paths, start=1):
        name = path.relative_to(root).as_posix()
        with waiting(f"{count} of {len(paths)}: running {name}"):
            changed = outputs.store(path)
        typer.echo(f"{'stored' if changed else 'unchanged'}: {name}")


@app.command(rich_help_panel="Maintain")
def bump(
    version: Annotated[str, typer.Argument(help="The new version, such as 0.2.0.")],
) -> None:
    """Write a new version into package, citation and changelog."""
    from datetime import date

    from . import versions

    for name in versions.bump(find_root(), version, date.today()):
        typer.echo(f"changed: {name}")


@app.command(rich_help_panel="Maintain")
def pins(
    pyproject: Annotated[
        Path | None, typer.Option(help="The file to refresh; the course's own by default.")
    ] = None,
) -> None:
    """Pin every dependency to its newest version, in pyproject.toml."""
    from . import pins as constraints

    with waiting("Asking for the newest versions"):
        count = constraints.refresh(pyproject or find_root() / "pyproject.toml")
    typer.echo(f"{count} versions pinned.")
