"""The command `coursekit`: what `[project.scripts]` calls."""

import io
import os
import sys
from typing import NoReturn

from .terminal import plain, say

DEBUG = "COURSEKIT_DEBUG"


def main() -> None:
    """Run the command line; errors are one line on stderr and exit status 2, never a traceback.

    With COURSEKIT_DEBUG=1 an error that nobody foresaw keeps its traceback.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show ✓ shows a question mark instead of a traceback, and whoever
        # reads from a pipe sees each line when it is said.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace", line_buffering=True)
    try:
        from .commands import app
    except ModuleNotFoundError as missing:
        _refuse_missing(missing)
    from .errors import CourseError

    if plain():
        from typer import rich_utils

        rich_utils.COLOR_SYSTEM = None
    try:
        # By its name on Windows too, where it is coursekit.exe: shells complete it by this name.
        app(prog_name="coursekit")
    except CourseError as error:
        _stop(str(error))
    except OSError as error:
        _stop(_of_the_system(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except ModuleNotFoundError as missing:
        _refuse_missing(missing)
    except Exception as error:
        _refuse_unforeseen(error)


def _refuse_missing(missing: ModuleNotFoundError) -> NoReturn:
    """Say which package is missing; a missing module of our own is a fault of ours."""
    if (missing.name or "").startswith("coursekit"):
        _refuse_unforeseen(missing)
    _stop(f"{missing.name} is not installed; in the folder of the course: python -m uv sync")


def _refuse_unforeseen(error: Exception) -> NoReturn:
    """Say in one line what happened and what to do about it."""
    if os.environ.get(DEBUG):
        raise error
    if isinstance(error, MemoryError):
        _stop("there is not enough memory for this: close other programs and try again")
    said = str(error).strip().partition("\n")[0]
    _stop(
        f"a fault of ours: {type(error).__name__}: {said}; please report it, "
        f"with what is shown when you run it again with {DEBUG}=1"
    )


def _of_the_system(error: OSError) -> str:
    """Return what the system said, without its number."""
    if not error.strerror:
        return str(error)
    return f"{str(error.filename)!r}: {error.strerror}" if error.filename else error.strerror


def _stop(message: str) -> NoReturn:
    say(f"coursekit: {message}", sys.stderr)
    sys.exit(2)
