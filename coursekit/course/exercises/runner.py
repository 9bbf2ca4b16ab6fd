"""Runs an answer in a child process that can be killed, and re-validates what comes back."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from . import child

MAX_REPLY = 8_000_000
TIMEOUT = 10.0
# What reading data that nobody vouches for may raise.
UNREADABLE = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, MemoryError)
TOO_SLOW = "did not finish within {:g} s: is there a loop that never ends?"


@dataclass(frozen=True)
class Outcome:
    """What one call did: the value, or the error; and which arguments it changed."""

    value: Any
    error: str = ""
    mutated: tuple[int, ...] = ()


@dataclass(frozen=True)
class Reply:
    """All that is known of a run. `problem` is a sentence when there are no outcomes or value."""

    problem: str = ""
    value: Any = None
    outcomes: list[Outcome] = field(default_factory=list)
    printed: str = ""


# Sends a line to where strangers' code runs, for so many seconds at most, with coursekit hidden or
# not; returns its line, or the Reply that says why there is none.
Exchange = Callable[[bytes, bool, float], "bytes | Reply"]


def in_a_child(request: bytes, blocked: bool, timeout: float) -> bytes | Reply:
    """Have a line answered by a new child process, which can be killed and hides nothing else."""
    process = subprocess.Popen(
        [sys.executable, "-I", str(Path(child.__file__))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Figures are never shown, and the kernel's own backend would load IPython.
        env={**os.environ, "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1"},
        start_new_session=True,
    )
    lines: list[bytes] = []
    # A thread, because on Windows a pipe cannot be read with a time limit.
    thread = Thread(target=_talk, args=(process, request, lines), daemon=True)
    thread.start()
    try:
        thread.join(timeout)
        finished = not thread.is_alive()
    finally:
        _end(process, thread)
    if not finished:
        return Reply(TOO_SLOW.format(timeout))
    if not lines or not lines[0]:
        return Reply(f"the process that ran your code ended early (status {process.returncode})")
    return lines[0] if lines[0].endswith(b"\n") else too_much()


def too_much() -> Reply:
    """Return what is said of a line longer than MAX_REPLY."""
    return Reply(f"returns more than {MAX_REPLY // 10**6} MB of data")


def run(
    program: list[dict[str, object]],
    name: str,
    cases: Sequence[tuple[Any, ...]] | None = None,
    *,
    call: str = "()",
    blocked: bool = False,
    timeout: float = TIMEOUT,
    exchange: Exchange = in_a_child,
) -> Reply:
    """Execute the program in a new process; call its function `name` in every case, if any.

    `call` is how the function should be called, for messages; `blocked` hides coursekit.
    """
    encoded = None if cases is None else [[child.encode(a) for a in args] for args in cases]
    request = {"program": program, "name": name, "cases": encoded, "call": call, "blocked": blocked}
    line = exchange(json.dumps(request).encode() + b"\n", blocked, timeout)
    if isinstance(line, Reply):
        return line
    try:
        return _read(json.loads(line), None if cases is None else len(cases))
    except (*UNREADABLE, AttributeError):
        return Reply("what your code returns cannot be read")


def observe(function: Any, args: tuple[Any, ...]) -> Outcome:
    """Call a trusted function here, in this process, with the same eyes as a learner's."""
    return _outcome(child.observe(function, [child.encode(a) for a in args]))


def _talk(process: subprocess.Popen[bytes], request: bytes, lines: list[bytes]) -> None:
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(request)
        process.stdin.flush()
        lines.append(process.stdout.readline(MAX_REPLY))
    except OSError:
        return


def _end(process: subprocess.Popen[bytes], thread: Thread) -> None:
    """Kill the child with all it started, and close the pipes."""
    if sys.platform != "win32":
        # Before wait(), while the number still belongs to this group.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    thread.join(1.0)
    for pipe in (process.stdin, process.stdout):
        # A descendant that left the group may hold the pipe; closing it would wait for the reader.
        if pipe and not thread.is_alive():
            with suppress(OSError):
                pipe.close()


def _read(data: Any, n_cases: int | None) -> Reply:
    printed = child.printable(data.get("printed", ""), child.MAX_PRINTED)
    if "problem" in data:
        return Reply(child.printable(data["problem"]), printed=printed)
    if n_cases is None:
        return Reply(value=child.decode(data["value"]), printed=printed)
    outcomes = [_outcome(o) for o in data["outcomes"]]
    if len(outcomes) != n_cases:
        raise ValueError(f"{len(outcomes)} outcomes for {n_cases} cases")
    return Reply(outcomes=outcomes, printed=printed)


def _outcome(data: dict[str, Any]) -> Outcome:
    return Outcome(
        value=child.decode(data["value"]),
        error=child.printable(data["error"]),
        mutated=tuple(int(i) for i in data["mutated"]),
    )
