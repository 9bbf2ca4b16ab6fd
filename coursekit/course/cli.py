"""The command `coursekit`: what `[project.scripts]` calls."""

import io
import sys

from .terminal import say


def main() -> None:
    """Run the command line; errors are one line on stderr and exit status 2, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show ✓ shows a question mark instead of a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        from .commands import app
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("coursekit"):
            raise
        _stop(f"{missing.name} is not installed; in the folder of the course: python -m uv sync")
    from .errors import CourseError

    try:
        app()
    except (CourseError, OSError) as error:
        _stop(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _stop(message: str) -> None:
    say(f"coursekit: {message}", sys.stderr)
    sys.exit(2)
