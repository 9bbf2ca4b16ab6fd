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
    if _present(modules):
        return
    by_hand = f"python -m uv sync --inexact --group {group}"
    missing = next(module for module in modules if importlib.util.find_spec(module) is None)
    if (program := uv()) is None:
        raise CourseError(f"{missing} is not installed; get it with: {by_hand}")
    print(f"Installing what this needs, once (dependency group {group!r}).", flush=True)
    status = run([program, "sync", "--quiet", "--inexact", "--group", group], root, {})
    importlib.invalidate_caches()
    if status or not _present(modules):
        raise CourseError(
            f"{missing} is not installed and could not be fetched; with a network, try: {by_hand}"
        )


def _present(modules: tuple[str, ...]) -> bool:
    return all(importlib.util.find_spec(module) is not None for module in modules)
