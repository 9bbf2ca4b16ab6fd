"""Commands for teachers: polls, the site."""

from pathlib import Path
from typing import Annotated

import typer

from . import completion
from .errors import CourseError
from .root import find_root
from .terminal import say, waiting


def register(app: typer.Typer) -> None:
    """Add the commands to the command line, in this order."""
    for command in (polls, site, workshop):
        app.command(rich_help_panel="Teach")(command)


def polls(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Lessons, such as 11; all by default.", autocompletion=completion.lessons
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write this file instead of printing.")] = None,
) -> None:
    """Polls for a room, from the questions that the lessons open with."""
    from . import polls as bank
    from .catalogue import lessons

    found = [
        poll
        for lesson in lessons(find_root())
        if not names or lesson.number in names
        for poll in bank.polls(lesson)
    ]
    numbers = {poll.lesson.number for poll in found}
    if unknown := [name for name in names or () if name not in numbers]:
        raise CourseError(f"there are no polls of lesson {unknown[0]!r}: give numbers, such as 11")
    if out is None:
        print(bank.page(found), end="")
    else:
        print(f"{out}: {'written' if bank.write(found, out) else 'unchanged'}")


def site(
    out: Annotated[
        Path | None, typer.Option(help="The folder to write; site in the course by default.")
    ] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Show it, and stay until Ctrl-C.")] = False,
    browser: Annotated[bool, typer.Option(help="With --serve: open the browser.")] = True,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="With --serve: use this port.")
    ] = None,
    repository: Annotated[
        str | None, typer.Option(help="The public address of the course, for links to it.")
    ] = None,
    lite: Annotated[
        bool, typer.Option("--lite", help="With a JupyterLite, in which readers run lessons.")
    ] = False,
) -> None:
    """Build the course's site: lessons, reference, glossary, with search; no network needed."""
    from .site import builder

    root = find_root()
    folder = (out or root / builder.FOLDER).resolve()
    with waiting("Building the site, which takes about a minute"):
        builder.build(root, folder, repository=repository, in_browser=lite)
    say(f"The site is in {folder}")
    if serve:
        builder.show(builder.server(folder, port), browser=browser)


def workshop(
    track: Annotated[
        str, typer.Option(help="90min, half-day or day.", autocompletion=completion.tracks)
    ],
    out: Annotated[
        Path | None, typer.Option(help="The folder to write; workshop-TRACK by default.")
    ] = None,
    start: Annotated[str, typer.Option(help="When it begins, such as 9:30.")] = "0:00",
) -> None:
    """Make a workshop of the lessons: agenda, slides, polls, handout, notebooks."""
    from .workshop.tracks import find_track, tracks

    root = find_root()
    chosen = find_track(track, tracks(root))
    folder = (out or Path(f"workshop-{track}")).resolve()
    with waiting("Making the workshop"):
        # Here, because loading what makes it takes a while too.
        from .workshop import kit

        kit.write(root, chosen, folder, _minutes(start))
    say(f"Open {folder / kit.MARK}")


def _minutes(time: str) -> int:
    """Return a time of day in minutes after midnight; CourseError when it is none."""
    hours, colon, minutes = time.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):
        raise CourseError(f"start must be a time such as 9:30, got {time!r}")
    if int(hours) > 23 or int(minutes) > 59:
        raise CourseError(f"start must be between 0:00 and 23:59, got {time!r}")
    return 60 * int(hours) + int(minutes)
