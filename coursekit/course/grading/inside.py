"""Runs inside the sandbox: imports what answers need once, then forks a process for each task.

Started by path, beside the modules of ours that it imports; it knows nothing that is expected.
Each task gets a process with a process table, a scratch folder and a connection of its own, and no
right to anything; whatever it leaves running ends with it. Nothing that a stranger wrote is read or
executed before that fork. Linux only.
"""

import ctypes
import gc
import json
import os
import random
import resource
import select
import signal
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from ..exercises import child, extract
    from . import filter_calls, structure
else:
    import child
    import extract
    import filter_calls
    import structure

# The folders for files, for another view of everything, and of the library.
SCRATCH, VIEW, COURSE = sys.argv[2:5]
MODULES = sys.argv[5:]
NEW_NAMESPACES = 0x20000 | 0x8000000 | 0x20000000  # mounts, IPC, process numbers
NO_SUID, NO_DEVICES, BIND, RECURSIVE = 2, 4, 0x1000, 0x4000
CAPABILITIES_V3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Answer requests that come by the control socket, one at a time, until it is closed."""
    control = socket.socket(fileno=int(sys.argv[1]))
    # The scripts' own folder is no place to import answers' modules from.
    sys.path[0] = COURSE
    for module in MODULES:
        __import__(module)
    if "sympy" in MODULES:
        _warm_up()
    # What is there already is left alone by the collector, so that forks go on sharing it.
    gc.freeze()
    random.seed(0)
    sys.modules["numpy"].random.seed(0)
    control.send(b"ready")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 4096, 1)
        if not message:
            return
        about = json.loads(message)
        if (helper := os.fork()) == 0:
            _supervise(about, socket.socket(fileno=descriptors[0]), control)
        os.close(descriptors[0])
        os.waitpid(helper, 0)


def _warm_up() -> None:
    """Fill sympy's caches, so that the tasks inherit them: that makes a derivation 8 × faster."""
    import sympy as sp

    x, y = sp.symbols("x y", real=True)
    branches = sp.Piecewise((x**2 / 2, sp.Abs(x) <= y), (y * sp.Abs(x), True))
    slope = sp.diff(sp.log(1 + sp.exp(-x * y)) + sp.Max(0, 1 - x * y) + sp.tanh(x) + branches, x)
    sp.simplify(sp.diff(sp.log(1 + sp.exp(-x)), x))
    sp.solve(x**2 - 2, x)
    str(slope.subs(y, sp.Rational(1, 2)))


def _supervise(about: dict[str, Any], connection: socket.socket, control: socket.socket) -> None:
    """Have one request answered in new namespaces, then say on the control socket how it ended."""
    status: dict[str, Any] = {}
    try:
        _call(_libc.unshare, NEW_NAMESPACES)
        if (runner := os.fork()) == 0:
            _respond(about, connection, control)
        connection.close()
        # With its first process a process namespace ends, and every process in it.
        ended, _, _ = select.select([os.pidfd_open(runner)], [], [], about["seconds"])
        if not ended:
            os.kill(runner, signal.SIGKILL)
        _, code = os.waitpid(runner, 0)
        status = {"late": not ended, "code": os.waitstatus_to_exitcode(code)}
    except OSError as error:
        status = {"broken": str(error)}
    finally:
        control.send(json.dumps(status).encode())
        os._exit(0)


def _respond(about: dict[str, Any], connection: socket.socket, control: socket.socket) -> NoReturn:
    """Give up every right, then answer."""
    try:
        try:
            _confine(about)
        except (OSError, ValueError) as error:
            control.send(json.dumps({"broken": str(error)}).encode())
            raise
        control.close()
        with connection.makefile("rb") as requests:
            line = requests.readline()
        reply_to = connection.detach()
        if about["does"] == "run":
            child.respond(line, reply_to)
        with os.fdopen(reply_to, "w", encoding="ascii") as pipe:
            pipe.write(json.dumps(_read(json.loads(line))) + "\n")
    finally:
        os._exit(0)


def _confine(about: dict[str, Any]) -> None:
    # Signals to "my process group" would reach the supervisor.
    os.setsid()
    scratch = f"size={about['scratch']},nr_inodes=1000,mode=1777".encode()
    _mount(b"tmpfs", SCRATCH, b"tmpfs", NO_SUID | NO_DEVICES, scratch)
    if about["blocked"]:
        _mount(b"tmpfs", COURSE, b"tmpfs", NO_SUID | NO_DEVICES, b"size=4096,mode=0555")
    # Who lives in a changed root cannot make a user namespace, and in it be root again.
    _mount(b"/", VIEW, None, BIND | RECURSIVE, None)
    os.chroot(VIEW)
    os.chdir(SCRATCH)
    for limit, value in about["limits"].items():
        resource.setrlimit(getattr(resource, limit), (value, value))
    if os.getuid() == 0:
        # The limit of processes counts all of a user's, so each sandbox has a user of its own.
        user = about["user"]
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_V3, 0)
    _call(_libc.capset, header, (ctypes.c_uint32 * 6)())
    filter_calls.install(_libc)


def _read(request: dict[str, Any]) -> dict[str, Any]:
    """Return, for each name, its program and the shape of its code, from cells never executed."""
    cells = [extract.Cell(label, source) for label, source in request["cells"]]
    notebook = extract.Notebook(cells)
    found = {}
    for name, called in request["names"].items():
        answer = notebook.answer(name, called=called)
        shape, size = structure.shape(answer.program) if called else ("", 0)
        found[name] = {
            "program": answer.program,
            "problem": answer.problem,
            "shape": shape,
            "size": size,
            "imports": structure.imports(answer.program),
        }
    return found


def _mount(what: bytes, where: str, kind: bytes | None, flags: int, options: bytes | None) -> None:
    _call(_libc.mount, what, where.encode(), kind, ctypes.c_ulong(flags), options)


def _call(function: Callable[..., int], *arguments: Any) -> None:
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function.__name__}: {os.strerror(number)}")


if __name__ == "__main__":
    main()
