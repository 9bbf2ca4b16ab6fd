"""The cells that this kernel has executed.

IPython's own history is not enough: nbval runs cells without storing them there.
"""

import sys
from typing import Any

from .extract import Cell

executed: list[Cell] | None = None


def watch() -> None:
    """Note what the kernel executes from now on, and what its history holds so far."""
    global executed
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or executed is not None:
        return
    executed = []
    for source in [*shell.history_manager.input_hist_raw[1:], *_running_unless_stored(shell)]:
        _note(source)
    shell.events.register("pre_run_cell", lambda info: _note(info.raw_cell))


def _note(source: str) -> None:
    if executed is not None:
        executed.append(Cell(f"cell {len(executed) + 1}", source))


def _running_unless_stored(shell: Any) -> list[str]:
    """Return the cell that imports us, when the history has not stored it."""
    if not hasattr(shell, "kernel"):
        return []
    source = shell.kernel.get_parent("shell").get("content", {}).get("code", "")
    return [] if source == shell.history_manager.input_hist_raw[-1] else [source]
