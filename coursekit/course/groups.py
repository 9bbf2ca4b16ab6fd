"""Dependency groups that only some commands need: fetched when such a command first runs."""

import importlib
import importlib.util
import os
import shutil
from pathlib import Path

from .errors import CourseError
from .processes import run


def uv() -> str | None:
    """Return the path of uv, or None: `python -m uv run` says where it is."""
    return os.environ.get("UV") or shutil.which("uv")


def require(root: Path, group: str, *modules: str) -> None:
    """Make sure that the modules of a dependency group are there, installing it if they are not.

    CourseError when they cannot be had, with what to type once there is a network.
    """
    if not missing(*modules):
        return
    first = missing(*modules)[0]
    if (program := uv()) is None:
        raise CourseError(f"{first} is not installed; get it with: {by_hand(group)}")
    print(f"Installing what this needs, once (dependency group {group!r}).", flush=True)
    status = run([program, "sync", "--quiet", "--inexact", "--group", group], root, {})
    importlib.invalidate_caches()
    if status or missing(*modules):
        raise CourseError(
            f"{first} is not installed and could not be fetched; "
            f"with a network, try: {by_hand(group)}"
        )


def missing(*modules: str) -> list[str]:
    """Return those of the modules that are not installed."""
    return [module for module in modules if importlib.util.find_spec(module) is None]


def by_hand(group: str) -> str:
    """Return the command that installs a dependency group and leaves the others."""
    return f"python -m uv sync --inexact --group {group}"
