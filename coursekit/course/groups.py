"""Dependency groups that only some commands need: fetched when such a command first runs."""

import importlib
import importlib.util
import os
import shutil
from pathlib import Path

from .errors import CourseError
from .processes import run

# The modules that show that a group is there.
MODULES = {
    "workshop": ("sphinx_revealjs", "sphinx-mathjax-offline", "typst", "pypandoc"),
    "site": ("sphinx", "myst_nb", "sphinx_book_theme", "sphinx-mathjax-offline"),
    "lite": ("jupyterlite_core", "jupyterlite_pyodide_kernel"),
}


def uv() -> str | None:
    """Return the path of uv, or None: `python -m uv run` says where it is."""
    return os.environ.get("UV") or shutil.which("uv")


def require(root: Path, group: str) -> None:
    """Make sure that a dependency group is there, installing it if it is not.

    CourseError when they cannot be had, with what to type once there is a network.
    """
    if not missing(group):
        return
    first = missing(group)[0]
    if (program := uv()) is None:
        raise CourseError(f"{first} is not installed; get it with: {by_hand(group)}")
    print(f"Installing what this needs, once (dependency group {group!r}).", flush=True)
    status = run([program, "sync", "--quiet", "--inexact", "--group", group], root, {})
    importlib.invalidate_caches()
    if status or missing(group):
        raise CourseError(
            f"{first} is not installed and could not be fetched; "
            f"with a network, try: {by_hand(group)}"
        )


def missing(group: str) -> list[str]:
    """Return the modules of a group that are not installed."""
    return [module for module in MODULES[group] if importlib.util.find_spec(module) is None]


def by_hand(group: str) -> str:
    """Return the command that installs a dependency group and leaves the others."""
    return f"python -m uv sync --inexact --group {group}"
