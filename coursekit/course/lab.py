"""JupyterLab on the working copy, opened at a page that says where to start."""

import os
import socket
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from .catalogue import Lesson, extra_exercises, lessons
from .errors import CourseError
from .files import write_atomically
from .processes import ONE_THREAD, PYTHON, run
from .workspace import FOLDER

WELCOME = "Welcome.md"
# Markdown opens rendered; no news and no look for updates, which would ask the network.
SETTINGS = Path(__file__).with_name("lab_settings")


def start(root: Path, *, port: int | None, browser: bool, extra: Sequence[str] = ()) -> int:
    """Open the working copy in JupyterLab and return its exit status when it ends."""
    if port is not None:
        refuse_used_port(port)
    found = lessons(root)
    page = welcome(found, extra_exercises(root, found))
    write_atomically(root / FOLDER / WELCOME, page.encode())
    # In JupyterLab's terminal, `coursekit` is this one.
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    environment = {**ONE_THREAD, "PATH": path}
    print("JupyterLab starts; Ctrl-C here ends it.", flush=True)
    try:
        line = [*command(root / FOLDER, port=port, browser=browser), *extra]
        return run(line, cwd=root / FOLDER, extra_environment=environment)
    except KeyboardInterrupt:
        return 0


def command(folder: Path, *, port: int | None, browser: bool) -> list[str]:
    """Return the command that opens a folder in JupyterLab."""
    words = [
        PYTHON, "-m", "jupyterlab", "-y",
        "--log-level=WARN", "--LabApp.log_level=WARN",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{WELCOME}",
        # Tabs that another course or project left open do not come along.
        f"--LabApp.workspaces_dir={folder / '.tabs'}",
        f"--LabApp.app_settings_dir={SETTINGS}",
        "--LabApp.extension_manager=readonly",
    ]  # fmt: skip
    words += [] if browser else ["--no-browser"]
    words += [] if port is None else [f"--port={port}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # In a container one is often root, and the server listens to this machine only.
        words += ["--allow-root"]
    return words


def refuse_used_port(port: int) -> None:
    """Raise CourseError when something on this machine already listens on `port`."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise CourseError(f"port {port} is in use: choose another, or leave --port out")


def welcome(found: Sequence[Lesson], extra: Sequence[tuple[str, str]] = ()) -> str:
    """Return the welcome page: where to start, the lessons, how to check, how to reset.

    `extra` holds title and folder of exercises that belong to no lesson.
    """
    more = [f"- [{title}](exercises/{quote(name)}/exercise.ipynb)" for title, name in extra]
    rows = [f"| {_link(x)} | {_question(x)} | {x.minutes} | {_exercises(x)} |" for x in found]
    example = next((x.number for x in found if x.exercises), "NAME")
    start_with = f"Start with {_link(found[0])}." if found else "There is no lesson yet."
    return "\n".join([
        "# Welcome",
        "",
        f"{start_with} Read from the top, answer the question before you run the cell below it, "
        "then press Shift + Enter, cell by cell. Change numbers freely: this is your own copy.",
        "",
        "| Lesson | Question | Minutes | Exercises |",
        "|---|---|---:|---|",
        *rows,
        "",
        *(["## For two, or for a room", "", *more, ""] if more else []),
        "## When you are stuck",
        "",
        "Open a terminal here (File, New, Terminal). Should it not know `coursekit`, put "
        "`python -m uv run` in front.",
        "",
        "| To | type |",
        "|---|---|",
        f"| check your answers of one set | `coursekit check {example}` |",
        f"| have them checked whenever you save | `coursekit watch {example}` |",
        "| open one more hint | `coursekit hint NAME` |",
        "| see one way to do it, after passing | `coursekit solution NAME` |",
        "| see what is done and what is next | `coursekit progress` |",
        f"| start an exercise afresh (yours is kept beside it) | `coursekit reset {example}` |",
        f"| start a lesson afresh (yours is kept too) | `coursekit reset {example} --lesson` |",
        "| find out what is wrong with the installation | `coursekit doctor` |",
        "",
        "When a lesson you have changed gets a newer version, it lies beside yours as "
        "`NAME.new.ipynb`.",
        "",
    ])  # fmt: skip


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _link(lesson: Lesson) -> str:
    return f"[{_cell(lesson.title)}](lessons/{quote(lesson.path.name)})"


def _question(lesson: Lesson) -> str:
    extra = f" (needs {' and '.join(lesson.needs)})" if lesson.needs else ""
    return _cell(lesson.question) + extra


def _exercises(lesson: Lesson) -> str:
    if lesson.exercises is None:
        return ""
    return f"[{lesson.exercises}](exercises/{quote(lesson.exercises)}/exercise.ipynb)"
