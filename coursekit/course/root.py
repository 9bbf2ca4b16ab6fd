"""Where the course is: the folder that holds lessons and exercises."""

from pathlib import Path

from .errors import CourseError


def find_root(start: Path | None = None) -> Path:
    """Return the course folder: upwards from `start` (the current folder), else beside coursekit.

    Raises CourseError when neither holds pyproject.toml, lessons/ and exercises/.
    """
    here = (start or Path.cwd()).resolve()
    beside_the_package = Path(__file__).resolve().parents[2]
    for folder in (here, *here.parents, beside_the_package):
        folders = (folder / "lessons", folder / "exercises")
        if (folder / "pyproject.toml").is_file() and all(f.is_dir() for f in folders):
            return folder
    raise CourseError(
        f"no course found in {str(here)!r} or above it: "
        "go to the folder that holds lessons/ and exercises/ and try again"
    )
