"""A workshop tried out on this machine before it begins: each part of it really runs, offline."""

import io
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path

from . import groups, lab
from .doctor import INSTALL, Finding
from .errors import CourseError
from .processes import ONE_THREAD
from .terminal import waiting

GIGABYTE = 10**9
BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "firefox", "msedge", "microsoft-edge",
    "brave-browser", "safari",
)  # fmt: skip
# What Python's webbrowser falls back on where there are no windows; slides need pictures.
WITHOUT_PICTURES = {"www-browser", "links", "elinks", "lynx", "w3m"}
GROUPS = ("workshop", "site")
FIGURE = """\
import matplotlib.pyplot as plt
from coursekit import plots
fig, ax = plt.subplots()
ax.plot([0, 1], [0, 1], label="a line")
plots.show(fig, alt="A line that rises.")
"""
SECONDS = 20
TOO_SLOW = "close other programs, then try again; a slow machine starts faster the second time"


def examine(root: Path) -> Iterator[Finding]:
    """Look at all that a workshop needs besides what the course does, one finding at a time."""
    yield disk(root)
    yield from memory()
    yield browser()
    yield from map(group, GROUPS)
    sandbox = shutil.which("bwrap") is not None
    yield Finding(
        sandbox,
        f"bubblewrap, for grading, is {'here' if sandbox else 'not found'}",
        "sudo apt-get install bubblewrap, while there is a network; only `grade` needs it",
        needed=False,
    )
    yield _tried("the tracks", lambda: minutes(root), "mend docs/tracks.toml or the lesson")
    for doing, what, attempt in (
        ("starting a kernel", "a first figure", figure),
        ("checking a solution", "a check", lambda: check(root)),
        ("starting JupyterLab", "JupyterLab", jupyterlab),
    ):
        with waiting(doing):
            finding = _tried(what, attempt, INSTALL)
        yield finding
    yield Finding(True, "network: none is needed; all of this was tried on this machine alone")


def disk(root: Path) -> Finding:
    """Say how much of the disk is free."""
    free = shutil.disk_usage(root).free
    seen = f"disk: {free / GIGABYTE:.1f} GB are free"
    asked = "" if free >= GIGABYTE else ", and 1 GB is needed"
    return Finding(not asked, seen + asked, "delete what you can do without, then try again")


def memory() -> Iterator[Finding]:
    """Say how much memory is free, and how many processors there are."""
    import psutil

    free = psutil.virtual_memory().available
    asked = "" if free >= GIGABYTE else ", and 1 GB is needed"
    seen = f"memory: {free / GIGABYTE:.1f} GB are free{asked}"
    yield Finding(not asked, seen, "close other programs, then try again")
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    seen = f"processors: {count}"
    yield Finding((count or 1) > 1, seen, "one will do, slowly: close other programs", needed=False)


def browser() -> Finding:
    """Say whether there is a browser that can show slides."""
    name = next((name for name in BROWSERS if shutil.which(name)), None)
    if name is None:
        try:
            name = getattr(webbrowser.get(), "name", "the default one")
        except webbrowser.Error:
            name = None
    known = name is not None and Path(name).name not in WITHOUT_PICTURES
    seen = f"browser, for lessons and slides: {Path(str(name)).name if known else 'not found'}"
    return Finding(known, seen, "install Firefox or Chromium, while there is a network")


def group(name: str) -> Finding:
    """Say whether a dependency group is there; the workshop's is needed, the site's is not."""
    missing = groups.missing(name)
    seen = f"group {name}: {', '.join(missing)} not installed" if missing else f"group {name}: here"
    mend = f"{groups.by_hand(name)}, while there is a network"
    return Finding(not missing, seen, mend, needed=name == "workshop")


def minutes(root: Path) -> Finding:
    """Say whether the minutes of every track add up."""
    from .workshop.tracks import tracks

    found = ", ".join(f"{track.name} ({track.minutes} minutes)" for track in tracks(root))
    return Finding(True, f"the tracks add up: {found}")


def figure() -> Finding:
    """Start a kernel, draw a figure as lessons do, and say how long that took."""
    import nbformat
    from nbclient import NotebookClient

    began = time.monotonic()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(FIGURE)])
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=SECONDS,
            startup_timeout=SECONDS,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": folder}},
        )
        # The learner's history of commands is left alone.
        client.execute(env={**os.environ, **ONE_THREAD, "IPYTHONDIR": folder})
    shown = [output for output in notebook.cells[0].outputs if "data" in output]
    if not any("data:image/png" in output["data"].get("text/html", "") for output in shown):
        raise CourseError("the kernel ran, but no picture came back")
    return Finding(True, f"a kernel started and drew a first figure in {_since(began)}")


def check(root: Path) -> Finding:
    """Check a solution with functions as `coursekit check` does; say how long that took."""
    from .exercises.feedback import check_tasks
    from .exercises.notebook import code_cells
    from .exercises.sets import all_sets

    sets = all_sets(root)
    one = next((s for s in sets if any(t.kind == "implement" for t in s.tasks)), sets[0])
    began, said = time.monotonic(), io.StringIO()
    with redirect_stdout(said):
        verdicts = check_tasks(one, one.tasks, code_cells(one.solution), keep_progress=False)
    if refused := [verdict.task.name for verdict in verdicts if verdict.status != "holds"]:
        raise CourseError(f"the solution of {one.name} does not hold: {', '.join(refused)}")
    return Finding(True, f"{len(verdicts)} answers of {one.name} checked in {_since(began)}")


def jupyterlab() -> Finding:
    """Start JupyterLab as `coursekit lab` does, have its page, stop it; say how long that took."""
    began, token = time.monotonic(), secrets.token_hex(8)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [
            *lab.command(folder, port=port, browser=False),
            f"--IdentityProvider.token={token}",
        ]
        environment = {
            **os.environ, **ONE_THREAD,
            # What it would write elsewhere; so would npm, which it asks for language servers.
            "JUPYTER_RUNTIME_DIR": str(folder / ".runtime"),
            "npm_config_cache": str(folder / ".npm"),
        }  # fmt: skip
        log = folder / ".log"
        with log.open("wb") as written, subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=written, stderr=subprocess.STDOUT,
        ) as running:  # fmt: skip
            try:
                _answered(f"http://127.0.0.1:{port}/lab?token={token}", running, log)
            finally:
                _end(running)
    return Finding(True, f"JupyterLab answered in {_since(began)}")


def _answered(address: str, running: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until JupyterLab's page is there; CourseError when it does not come."""
    # A proxy that the system names would be asked for an address of our own.
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if running.poll() is not None:
            lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise CourseError(f"it ended at once: {lines[-1] if lines else running.returncode}")
        try:
            with ask(address, timeout=5) as answer:
                if b"jupyter-config-data" in answer.read():
                    return
                raise CourseError("something else than JupyterLab answered")
        except OSError:
            time.sleep(0.1)
    raise CourseError(f"it did not answer within {SECONDS} s: {TOO_SLOW}")


def _end(running: "subprocess.Popen[bytes]") -> None:
    running.terminate()
    try:
        running.wait(10)
    except subprocess.TimeoutExpired:
        running.kill()


def _tried(what: str, attempt: Callable[[], Finding], mend: str) -> Finding:
    """Return what an attempt found, or that it failed: no fault of one part hides the others."""
    try:
        return attempt()
    except Exception as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        return Finding(False, f"{what}: {reason[-1]}", mend)


def _since(began: float) -> str:
    return f"{time.monotonic() - began:.1f} s"
