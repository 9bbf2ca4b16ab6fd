"""The bubblewrap command: what code in the sandbox can see, and what it is left with."""

import os
import shutil
import sys
from functools import cache
from pathlib import Path

from ..exercises import child, extract
from . import filter_calls, structure

# Within the sandbox: for files, for another view of everything, and for the library. Not /tmp: an
# environment may lie in there, and what is mounted over it would hide its libraries.
SCRATCH, VIEW, COURSE = FOLDERS = ("/scratch", "/view", "/course")
INSIDE = Path(__file__).with_name("inside.py")
PACKAGE = Path(__file__).resolve().parents[2]
_ENVIRONMENT = {
    "HOME": SCRATCH,
    "TMPDIR": SCRATCH,
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "MPLBACKEND": "agg",
    "OPENBLAS_NUM_THREADS": "1",
    # Grades must not depend on the order of a set.
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def shown_folders() -> list[Path]:
    """Return the folders that code in the sandbox can read."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    # Where a virtual environment was made from a virtual environment's interpreter.
    prefixes.add(str(Path(sys.executable).resolve().parents[1]))
    return [Path("/usr"), *(Path(p) for p in sorted(prefixes) if not p.startswith("/usr"))]


@cache
def command() -> tuple[str, ...]:
    """Return the command that runs inside.py in the sandbox, up to its arguments."""
    words = [
        shutil.which("bwrap") or "bwrap",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        "--cap-drop",
        "ALL",
    ]
    words += ["--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
    words += ["--unshare-cgroup-try", "--hostname", "sandbox"]
    # Needed to make a task's own namespaces, and given up before its code is run.
    needed = ["SYS_ADMIN", "SYS_CHROOT"]
    if os.getuid() == 0:
        needed += ["SETUID", "SETGID", "KILL"]
    else:
        words.append("--unshare-user")
    for capability in needed:
        words += ["--cap-add", f"CAP_{capability}"]
    for folder in shown_folders():
        # Left to itself, bubblewrap makes folders on the way that only their owner can enter.
        for parent in reversed(folder.parents[:-1]):
            words += ["--dir", str(parent)]
        words += ["--ro-bind", str(folder), str(folder)]
    for link in ("bin", "sbin", "lib", "lib64"):
        path = Path("/") / link
        if path.is_symlink():
            words += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            words += ["--ro-bind", str(path), str(path)]
    words += ["--dir", "/etc", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    words += ["--dir", "/dev"]
    for device in ("null", "zero", "random", "urandom"):
        words += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    if any(PACKAGE.is_relative_to(folder) for folder in shown_folders()):
        words += ["--tmpfs", str(PACKAGE), "--remount-ro", str(PACKAGE)]
    words += ["--dir", COURSE, "--dir", "/grading"]
    words += ["--ro-bind", str(PACKAGE), f"{COURSE}/coursekit"]
    hidden = f"{COURSE}/coursekit/course"
    words += ["--tmpfs", hidden, "--remount-ro", hidden]
    for file in (
        INSIDE,
        *(Path(str(module.__file__)) for module in (child, extract, filter_calls, structure)),
    ):
        words += ["--ro-bind", str(file), f"/grading/{file.name}"]
    words += ["--dir", SCRATCH, "--dir", VIEW]
    if not any(folder.is_relative_to("/tmp") for folder in shown_folders()):
        words += ["--symlink", SCRATCH, "/tmp"]
    words += ["--remount-ro", "/"]
    for name, value in _ENVIRONMENT.items():
        words += ["--setenv", name, value]
    return (*words, "--chdir", SCRATCH, sys.executable, "-s", f"/grading/{INSIDE.name}")
