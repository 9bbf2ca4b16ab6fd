"""The trusted side of the sandbox: starts it, hands it requests, and believes nothing it says.

A long-lived process inside bubblewrap (no network, no environment, no view of the disk but Python
and its libraries) forks another, with still fewer rights, for every task. Whatever hangs, grows or
does not answer is ended from here.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

import psutil

from ..errors import CourseError
from ..exercises import child
from ..exercises.extract import Answer, Cell
from ..exercises.runner import MAX_REPLY, TIMEOUT, TOO_SLOW, UNREADABLE, Reply, too_much
from .bubblewrap import FOLDERS, command
from .filter_calls import machine_is_known

START_SECONDS = 60
GRACE_SECONDS = 5.0
CHECK_SECONDS = 0.2
# Users that are nobody, another for each sandbox.
FIRST_USER, N_USERS = 20_000, 40_000
_COUNT = count()
INSTALL = "install it with: sudo apt-get install bubblewrap (or your system's package manager)"


@dataclass(frozen=True)
class Limits:
    """What one task may use: bytes of memory and of files, processor seconds, processes."""

    memory: int = 2 * 2**30
    memory_of_all: int = 3 * 2**30
    seconds_of_all: float = TIMEOUT + 1
    file: int = 16 * 2**20
    scratch: int = 64 * 2**20
    processes: int = 64
    open_files: int = 256

    def of_resources(self, seconds: float) -> dict[str, int]:
        """Return the limits that the kernel keeps, by their names in the module resource."""
        return {
            "RLIMIT_AS": self.memory,
            "RLIMIT_FSIZE": self.file,
            "RLIMIT_NPROC": self.processes,
            "RLIMIT_NOFILE": self.open_files,
            "RLIMIT_CPU": int(seconds) + 2,
            "RLIMIT_CORE": 0,
            "RLIMIT_MSGQUEUE": 0,
            "RLIMIT_MEMLOCK": 0,
        }


@dataclass(frozen=True)
class Extracted:
    """What was found of one task; `shape` and `size` describe the code of a function."""

    answer: Answer
    shape: str = ""
    size: int = 0
    imports: tuple[str, ...] = ()


class Sandbox:
    """One sandbox, started when it is first needed and again after it was ended; for one thread."""

    def __init__(self, *modules: str, limits: Limits | None = None) -> None:
        """`modules` are imported before any task: more make tasks begin sooner, and fork slower."""
        self.modules = modules or ("numpy",)
        self.limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._user = FIRST_USER + (8 * os.getpid() + next(_COUNT)) % N_USERS
        # Those that live longer than a task.
        self._ours: set[int] = set()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *about: object) -> None:
        self.close()

    def close(self) -> None:
        """End the sandbox with everything in it."""
        if self._control:
            self._control.close()
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = self._control = None

    def extract(
        self, cells: Sequence[Cell], names: Mapping[str, bool], timeout: float
    ) -> dict[str, Extracted] | str:
        """Return what defines each name (True for a function), or why it cannot be said."""
        request = {"cells": [list(cell) for cell in cells], "names": dict(names)}
        line = self._ask("read", json.dumps(request).encode() + b"\n", True, timeout)
        if isinstance(line, Reply):
            limit = line.problem.partition(";")[0]
            return f"the notebook's code cannot be read ({limit})"
        try:
            found = json.loads(line)
            return {name: _extracted(found[name]) for name in names}
        except UNREADABLE:
            return "the notebook's code cannot be read"

    def exchange(self, request: bytes, blocked: bool, timeout: float) -> bytes | Reply:
        """Have a request answered; see `runner.Exchange`."""
        return self._ask("run", request, blocked, timeout)

    def _ask(self, does: str, request: bytes, blocked: bool, timeout: float) -> bytes | Reply:
        control = self._started()
        about = {
            "does": does,
            "blocked": blocked,
            "seconds": timeout,
            "user": self._user,
            "scratch": self.limits.scratch,
            "limits": self.limits.of_resources(timeout),
        }
        ours, theirs = socket.socketpair()
        with ours:
            try:
                with theirs:
                    socket.send_fds(control, [json.dumps(about).encode()], [theirs.fileno()])
                line, ended = self._converse(ours, request, timeout)
            except OSError:
                self.close()
                return Reply("the process that ran your code ended early")
        if ended:
            self.close()
            return Reply(ended)
        status = self._status(timeout)
        if "ended" in status:
            self.close()
            return Reply(status["ended"])
        if "broken" in status:
            raise CourseError(f"the sandbox does not work here: {status['broken']}")
        if status.get("late"):
            return Reply(f"limit hit: time; {TOO_SLOW.format(timeout)}")
        if len(line) > MAX_REPLY:
            return too_much()
        if line.endswith(b"\n"):
            return line
        code = status.get("code", 0)
        if code == -24:
            return Reply(f"limit hit: processor time; {TOO_SLOW.format(timeout)}")
        return Reply(f"the process that ran your code ended early (status {code})")

    def _converse(self, ours: socket.socket, request: bytes, timeout: float) -> tuple[bytes, str]:
        """Return the first line of the answer, and why the sandbox must be ended, if it must."""
        deadline = time.monotonic() + timeout + GRACE_SECONDS
        ours.settimeout(timeout + GRACE_SECONDS)
        with suppress(BrokenPipeError, ConnectionResetError):
            ours.sendall(request)
        answer = bytearray()
        ours.settimeout(CHECK_SECONDS)
        next_check = time.monotonic() + CHECK_SECONDS
        while b"\n" not in answer and len(answer) <= MAX_REPLY:
            # By the clock: who goes on talking is looked at as well.
            if time.monotonic() > next_check:
                if limit := self._limit_hit(deadline):
                    return b"", limit
                next_check = time.monotonic() + CHECK_SECONDS
            try:
                received = ours.recv(1 << 16)
            except TimeoutError:
                continue
            except ConnectionResetError:
                break
            if not received:
                break
            answer += received
        line, newline, _ = bytes(answer).partition(b"\n")
        return line + newline, ""

    def _limit_hit(self, deadline: float) -> str:
        """Say which limit all processes of the sandbox together exceed, if they do."""
        if time.monotonic() > deadline:
            return "limit hit: time"
        memory, seconds = self._use()
        if memory > self.limits.memory_of_all:
            return "limit hit: memory"
        # Many busy processes would take the time that other students' answers need.
        return "limit hit: processor time" if seconds > self.limits.seconds_of_all else ""

    def _status(self, timeout: float) -> dict[str, Any]:
        """Return how the supervisor says that the task ended; it is ours, so it is believed."""
        assert self._control
        deadline = time.monotonic() + timeout + GRACE_SECONDS
        self._control.settimeout(CHECK_SECONDS)
        while True:
            try:
                return dict(json.loads(self._control.recv(4096)))
            except TimeoutError:
                # Who has answered may still have processes that grow.
                if limit := self._limit_hit(deadline):
                    return {"ended": limit}
            except (OSError, ValueError):
                return {"ended": "the process that ran your code ended early"}

    def _use(self) -> tuple[int, float]:
        """Return the bytes of the sandbox, what is shared counted once, and the task's seconds."""
        assert self._process
        memory, seconds = 0, 0.0
        with suppress(psutil.Error):
            for process in psutil.Process(self._process.pid).children(recursive=True):
                with suppress(psutil.Error):
                    memory += process.memory_full_info().pss
                    if process.pid not in self._ours:
                        times = process.cpu_times()
                        seconds += times.user + times.system
        return memory, seconds

    def _started(self) -> socket.socket:
        if self._control and self._process and self._process.poll() is None:
            return self._control
        self.close()
        # A worker elsewhere comes here without having been asked whether it can.
        if not shutil.which("bwrap"):
            raise CourseError(f"bubblewrap is not installed on {socket.gethostname()}: {INSTALL}")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [*command(), str(theirs.fileno()), *FOLDERS, *self.modules],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                env={},
            )
        ours.settimeout(START_SECONDS)
        try:
            is_ready = ours.recv(16) == b"ready"
        except OSError:
            is_ready = False
        if not is_ready:
            self._process.kill()
            _, complaint = self._process.communicate()
            raise CourseError(f"the sandbox does not start: {complaint.decode().strip()[:500]}")
        assert self._process.stderr
        self._process.stderr.close()
        children = psutil.Process(self._process.pid).children(recursive=True)
        self._ours = {process.pid for process in children}
        self._control = ours
        return ours


def missing() -> str:
    """Say what is lacking for a sandbox on this machine; "" when nothing is."""
    if not sys.platform.startswith("linux"):
        return f"there is no sandbox on {sys.platform}: use Linux, in a virtual machine if need be"
    if not machine_is_known():
        return f"there is no sandbox for this kind of processor ({os.uname().machine})"
    try:
        with Sandbox() as sandbox:
            sandbox.extract([], {}, 10.0)
    except CourseError as error:
        return str(error)
    return ""


def _extracted(found: Any) -> Extracted:
    """Take apart what the reading process says of a name; ValueError if it makes no sense."""
    program: list[dict[str, object]] = [
        {"label": str(c["label"]), "source": str(c["source"]), "keep": [int(i) for i in c["keep"]]}
        for c in found["program"]
    ]
    shape = str(found["shape"])
    if not re.fullmatch(r"[0-9a-f]{32}|", shape):
        raise ValueError(f"no digest: {shape!r}")
    answer = Answer(program, child.printable(found["problem"]))
    return Extracted(answer, shape, int(found["size"]), tuple(map(str, found["imports"])))
