"""What is missing or too old on this machine, in plain words, and how to mend it."""

import importlib.util
import os
import shutil
import socket
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from .errors import CourseError
from .files import write_atomically
from .root import find_root
from .terminal import say
from .workspace import FOLDER

INSTALL = "python -m uv sync"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: is it well, what was seen, how to mend it, can one do without."""

    well: bool
    seen: str
    mend: str = ""
    needed: bool = True

    def __str__(self) -> str:
        sign = "✓" if self.well else "✗" if self.needed else "–"
        return f"{sign} {self.seen}" + ("" if self.well else f"\n  to mend it: {self.mend}")


def report(*more: Iterable[Finding]) -> int:
    """Print every finding when it is made; return 1 if something needed is missing, else 0."""
    findings = []
    for finding in chain(examine(), *more):
        say(str(finding))
        findings.append(finding)
    ill = [finding for finding in findings if finding.needed and not finding.well]
    say(f"{len(ill)} of {len(findings)} need mending." if ill else "All that is needed is here.")
    return int(bool(ill))


def examine() -> Iterator[Finding]:
    """Look at everything the course needs, one finding at a time."""
    yield python()
    yield tool("uv", os.environ.get("UV") or shutil.which("uv"), "python -m pip install uv")
    yield tool("git", shutil.which("git"), "only needed to take part in writing the course")
    yield from packages(requires("coursekit") or [])
    yield kernel()
    try:
        yield writable("working copy", find_root() / FOLDER)
    except CourseError as error:
        yield Finding(False, str(error), "go to the folder of the course")
    if importlib.util.find_spec("platformdirs"):
        from platformdirs import user_data_path

        yield writable("progress", user_data_path("coursekit"))
    yield port()
    yield blas()
    torch = importlib.util.find_spec("torch") is not None
    yield Finding(
        torch,
        "PyTorch is installed" if torch else "PyTorch is not installed (needed by few lessons)",
        "python -m uv sync --group frameworks",
        needed=False,
    )


def python() -> Finding:
    """Compare the running Python with what the package says it needs."""
    running = ".".join(map(str, sys.version_info[:3]))
    wanted = metadata("coursekit")["Requires-Python"]
    well = SpecifierSet(wanted).contains(running)
    seen = f"Python {running}" if well else f"Python {running}, and {wanted} is needed"
    return Finding(well, seen, "python -m uv python install 3.12, then try again")


def tool(name: str, path: str | None, mend: str) -> Finding:
    """Say whether an optional program is there."""
    return Finding(path is not None, f"{name} is {'here' if path else 'not found'}", mend, False)


def packages(requirements: list[str]) -> Iterator[Finding]:
    """Compare the installed version of each package with what coursekit and its extra ask for."""
    for requirement in map(Requirement, requirements):
        if requirement.marker and not requirement.marker.evaluate({"extra": "course"}):
            continue
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            yield Finding(False, f"{requirement.name} is not installed", INSTALL)
            continue
        well = requirement.specifier.contains(installed, prereleases=True)
        asked = "" if well else f", and {requirement.specifier} is needed"
        yield Finding(well, f"{requirement.name} {installed}{asked}", INSTALL)


def kernel() -> Finding:
    """Say whether notebooks find a Python kernel to run in."""
    if importlib.util.find_spec("ipykernel") and importlib.util.find_spec("jupyter_client"):
        from jupyter_client.kernelspec import KernelSpecManager

        if "python3" in KernelSpecManager().find_kernel_specs():
            return Finding(True, "the notebook kernel python3 is here")
    return Finding(False, "the notebook kernel python3 is missing", INSTALL)


def writable(what: str, folder: Path) -> Finding:
    """Say whether a file can be written into `folder`; leaves nothing behind."""
    made = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    trial = folder / ".coursekit-trial"
    try:
        write_atomically(trial, b"")
        trial.unlink()
        for parent in made:
            parent.rmdir()
    except (CourseError, OSError) as error:
        return Finding(False, f"{what}: {error}", f"get the right to write into {folder}")
    return Finding(True, f"{what}: can be written")


def port() -> Finding:
    """Say whether this machine lets us open a port for JupyterLab."""
    try:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
    except OSError as error:
        return Finding(False, f"no port can be opened: {error}", "ask who looks after this machine")
    return Finding(True, "a port for JupyterLab can be opened")


def blas() -> Finding:
    """Say how numpy will add up: with one thread, as the stored outputs were."""
    threads = os.environ.get("OPENBLAS_NUM_THREADS")
    seen = f"BLAS threads: {threads}" if threads else "BLAS threads: 1 in lab, test and store"
    mend = "unset OPENBLAS_NUM_THREADS; coursekit sets it to 1 itself"
    return Finding(threads in (None, "1"), seen, mend, needed=False)
