"""The command line as a whole: help, errors, speed of its start."""

import os
import subprocess
import sys

import pytest
from course_helpers import make_course

from coursekit.course.errors import CourseError
from coursekit.course.root import find_root

COMMAND = [sys.executable, "-c", "from coursekit.course.cli import main; main()"]


def coursekit(*arguments, cwd, **environment):
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_help_fits_a_narrow_window_without_colour(tmp_path):
    helped = coursekit("--help", cwd=tmp_path, COLUMNS="60", NO_COLOR="1")
    assert helped.returncode == 0
    assert max(map(len, helped.stdout.splitlines())) <= 60
    assert "\x1b" not in helped.stdout
    study, maintain = helped.stdout.index("Study"), helped.stdout.index("Maintain")
    for name in ("lab", "check", "hint", "progress", "reset", "doctor"):
        assert study < helped.stdout.index(f"│ {name} ") < maintain
    for name in ("test", "store", "pins", "release"):
        assert maintain < helped.stdout.index(f"│ {name} ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lba"], "Did you mean 'lab'?"),
        (["reset", "12_updates"], "unknown exercise set '12_updates'; did you mean '11_updates'?"),
        (["test", "lesons"], "unknown tier 'lesons'; did you mean 'lessons'?"),
        (["store"], "name the notebooks to store, or give --all"),
        (["lab", "--port", "99999"], "65535"),
        (["pins", "--pyproject", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_bad_input_is_one_message_and_status_2(tmp_path, arguments, said):
    failed = coursekit(*arguments, cwd=make_course(tmp_path), COLUMNS="200")
    assert failed.returncode == 2
    assert said in failed.stderr
    assert "Traceback" not in failed.stderr
    assert failed.stdout == ""


def test_without_the_extra_it_says_in_one_line_how_to_get_it(tmp_path):
    block = "import sys; sys.modules['typer'] = None; "
    ran = subprocess.run(
        [sys.executable, "-c", block + COMMAND[-1], "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith("coursekit: typer is not installed; ")
    assert ran.stderr.endswith("python -m uv sync\n")
    assert ran.stderr.count("\n") == 1


def test_help_imports_nothing_heavy(tmp_path):
    spy = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
    ran = subprocess.run(
        [sys.executable, "-c", spy + COMMAND[-1], "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    heavy = {"numpy", "sympy", "matplotlib", "nbformat", "nbclient", "jupyterlab", "IPython"}
    assert heavy.isdisjoint(ran.stderr.split())


def test_a_terminal_without_our_signs_is_no_reason_to_fail(tmp_path):
    ran = coursekit("doctor", cwd=make_course(tmp_path), PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert ran.returncode == 0
    assert ran.stdout.startswith("? Python 3.")


def test_the_course_is_found_from_within(tmp_path):
    root = make_course(tmp_path)
    assert find_root(root / "lessons") == root
    assert find_root(tmp_path) == find_root()


def test_no_course_anywhere_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("coursekit.course.root.__file__", str(tmp_path / "a" / "b" / "root.py"))
    with pytest.raises(CourseError, match="no course found in"):
        find_root(tmp_path)


def test_reset_says_what_it_did(tmp_path):
    root = make_course(tmp_path)
    target = root / "my-course" / "exercises" / "11_updates" / "exercise.ipynb"
    target.parent.mkdir(parents=True)
    target.write_text("mine")
    ran = coursekit("reset", "11", cwd=root)
    assert ran.returncode == 0
    restored, kept = ran.stdout.splitlines()
    assert restored == "As handed out: my-course/exercises/11_updates/exercise.ipynb"
    assert kept.startswith("Yours is kept: my-course/exercises/11_updates/exercise.kept-")
