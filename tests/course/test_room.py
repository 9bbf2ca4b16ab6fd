"""`coursekit doctor --room`: each part that can fail is made to fail, and the whole really runs."""

import os
import subprocess
import sys
import time
import webbrowser
from types import SimpleNamespace

import psutil
import pytest

from coursekit.course import doctor, groups, room
from coursekit.course.errors import CourseError
from coursekit.course.root import find_root

ROOT = find_root()
COMMAND = [sys.executable, "-c", "from coursekit.course.cli import main; main()"]


def test_a_full_disk_and_a_full_memory_are_said(monkeypatch):
    monkeypatch.setattr(room.shutil, "disk_usage", lambda path: SimpleNamespace(free=4 * 10**8))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=3 * 10**8))
    assert str(room.disk(ROOT)).startswith("✗ disk: 0.4 GB are free, and 1 GB is needed\n")
    free, _ = room.memory()
    assert str(free).startswith("✗ memory: 0.3 GB are free, and 1 GB is needed\n")


def test_one_processor_will_do(monkeypatch):
    monkeypatch.setattr(room.os, "sched_getaffinity", lambda who: {0}, raising=False)
    _, processors = room.memory()
    assert str(processors).startswith("– processors: 1\n")


@pytest.mark.parametrize(
    ("default", "sign"),
    [("lynx", "✗"), ("/usr/bin/w3m", "✗"), (None, "✗"), ("konqueror", "✓")],
)
def test_a_browser_without_pictures_is_none(monkeypatch, default, sign):
    def get():
        if default is None:
            raise webbrowser.Error("could not locate runnable browser")
        return SimpleNamespace(name=default)

    monkeypatch.setattr(room.shutil, "which", lambda name: None)
    monkeypatch.setattr(room.webbrowser, "get", get)
    assert str(room.browser()).startswith(f"{sign} browser, for lessons and slides: ")


@pytest.mark.parametrize(("name", "sign"), [("workshop", "✗"), ("site", "–")])
def test_a_group_that_is_not_there_is_named_with_the_command_that_fetches_it(
    monkeypatch, name, sign
):
    absent = groups.MODULES[name][-1]
    find = groups.importlib.util.find_spec
    monkeypatch.setattr(
        groups.importlib.util, "find_spec", lambda name: None if name == absent else find(name)
    )
    said = str(room.group(name))
    assert said.startswith(f"{sign} group {name}: ")
    assert f"{absent} not installed" in said
    assert f"python -m uv sync --inexact --group {name}, while there is a network" in said


def test_minutes_that_do_not_add_up_are_said(tmp_path):
    (tmp_path / "docs").mkdir()
    track = "title = 'x'\nminutes = 9\nopening = 1\nrecall = 1\nclosing = 1\nlessons = []\n"
    (tmp_path / "docs" / "tracks.toml").write_text(f"[short]\n{track}")
    with pytest.raises(CourseError, match="'short' has 9 minutes; its parts need 2"):
        room.minutes(tmp_path)


def test_a_kernel_that_draws_nothing_is_said(monkeypatch):
    monkeypatch.setattr(room, "FIGURE", "print('no figure')")
    with pytest.raises(CourseError, match="no picture came back"):
        room.figure()


def test_a_solution_that_fails_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("coursekit.course.exercises.notebook.code_cells", lambda path: [])
    with pytest.raises(CourseError, match="does not hold: "):
        room.check(ROOT)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise SystemExit('no port for us')", "it ended at once: no port for us"),
        ("import time; time.sleep(60)", "it did not answer within 1 s"),
    ],
)
def test_a_jupyterlab_that_does_not_answer_is_said_and_ended(monkeypatch, code, said):
    started = []
    popen = subprocess.Popen

    def start(*words, **options):
        started.append(popen(*words, **options))
        return started[-1]

    monkeypatch.setattr(room, "SECONDS", 1 if "sleep" in code else 20)
    monkeypatch.setattr(room.lab, "command", lambda *a, **k: [sys.executable, "-c", code])
    monkeypatch.setattr(room.subprocess, "Popen", start)
    began = time.monotonic()
    with pytest.raises(CourseError, match=said):
        room.jupyterlab()
    [process] = started
    assert process.poll() is not None
    # It was ended, and did not end by itself.
    assert time.monotonic() - began < 30


def test_another_server_is_not_taken_for_jupyterlab(monkeypatch):
    serve = (
        "import http.server as h, sys; h.test(h.SimpleHTTPRequestHandler, port=int(sys.argv[1]))"
    )

    def command(folder, *, port, browser):
        (folder / "lab").write_text("a page")
        return [sys.executable, "-c", serve, str(port)]

    monkeypatch.setattr(room.lab, "command", command)
    with pytest.raises(CourseError, match="something else than JupyterLab answered"):
        room.jupyterlab()


def test_one_fault_does_not_hide_the_others_and_the_status_is_1(monkeypatch, capsys):
    def broken(*_):
        raise RuntimeError("first\nlast line")

    for name in ("minutes", "figure", "check", "jupyterlab"):
        monkeypatch.setattr(room, name, broken)
    monkeypatch.setattr(room, "group", lambda name: doctor.Finding(True, name))
    monkeypatch.setattr(doctor, "examine", lambda: iter(()))
    assert doctor.report(room.examine(ROOT)) == 1
    printed = capsys.readouterr().out
    for what in ("the tracks", "a first figure", "a check", "JupyterLab"):
        assert f"✗ {what}: last line\n  to mend it: " in printed
    assert "✓ network: none is needed" in printed
    assert printed.splitlines()[-1].startswith("4 of ")


def test_findings_are_said_when_they_are_made(monkeypatch, capsys):
    said = []

    def findings():
        yield doctor.Finding(True, "first")
        said.append(capsys.readouterr().out)
        yield doctor.Finding(True, "second")

    monkeypatch.setattr(doctor, "examine", lambda: iter(()))
    assert doctor.report(findings()) == 0
    assert said == ["✓ first\n"]


def test_a_real_run_answers_quickly_and_leaves_nothing_behind(tmp_path):
    home, folder = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    folder.mkdir()
    git = ["git", "-C", str(ROOT), "status", "--porcelain", "--ignored"]
    before = subprocess.run(git, capture_output=True, check=True).stdout
    ran = subprocess.run(
        [*COMMAND, "doctor", "--room"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        env={
            **os.environ, "HOME": str(home), "TMPDIR": str(folder), "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1", "MPLCONFIGDIR": str(tmp_path / "fonts"),
        },
    )  # fmt: skip
    lines = ran.stdout.splitlines()
    # A group that a developer has not fetched is said, and is no fault of the run.
    ill = [line for line in lines if line.startswith("✗") and "✗ group" not in line]
    assert ill == []
    assert ran.returncode == any("✗" in line for line in lines)
    for words in ("a first figure in ", " checked in ", "JupyterLab answered in ", "network: none"):
        assert any(words in line for line in lines), words
    assert "starting JupyterLab …" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert list(folder.iterdir()) == []
    # Jupyter's own mark, made once on a machine by whatever starts Jupyter first.
    assert {path.name for path in home.rglob("*") if path.is_file()} <= {"migrated"}
    assert subprocess.run(git, capture_output=True, check=True).stdout == before
