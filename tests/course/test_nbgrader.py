"""The exercises go through nbgrader unchanged, and its marks are ours."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit.course.exercises.judge import judge
from coursekit.course.exercises.mutants import mutants
from coursekit.course.exercises.notebook import answer_cells, code_cells
from coursekit.course.exercises.sets import all_sets, find_set
from coursekit.course.root import find_root

pytestmark = pytest.mark.nbgrader

SETS = all_sets(find_root())
# Between them they hold every kind of task.
GRADED = ("05_two_classes", "12_exact_zeros")
STUDENTS = ("anna", "ben", "cleo")
MARKS = """
import json, sys
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    print(json.dumps({
        student: {g.cell.name: g.auto_score for n in book.find_submission(name, student).notebooks
                  for g in n.grades}
        for name in sys.argv[1:2] for student in sys.argv[2:]
    }))
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A teacher's course folder in which every set has been generated."""
    folder = tmp_path_factory.mktemp("nbgrader")
    config = find_root() / "exercises" / "nbgrader_config.py"
    (folder / config.name).write_bytes(config.read_bytes())
    for one in SETS:
        there = folder / "source" / one.name / "exercise.ipynb"
        there.parent.mkdir(parents=True)
        there.write_bytes(one.solution.read_bytes())
    nbgrader(folder, "generate_assignment", "--assignment=*")
    return folder


def nbgrader(folder: Path, *words: str) -> None:
    done = python(folder, "-m", "nbgrader", *words)
    assert done.returncode == 0, done.stdout + done.stderr


def python(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "PATH": beside}
    command = [sys.executable, "-W", "ignore", *words]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **home}, capture_output=True, text=True
    )


@pytest.mark.parametrize("one", SETS, ids=lambda s: s.name)
def test_nbgrader_hands_out_the_same_notebook(course, one):
    released = json.loads((course / "release" / one.name / "exercise.ipynb").read_bytes())
    for cell in released["cells"]:
        for key in ("deletable", "editable"):
            cell["metadata"].pop(key, None)
        for key in ("checksum", "cell_type"):
            cell["metadata"].get("nbgrader", {}).pop(key, None)
    assert released == json.loads(one.exercise.read_bytes())


def test_without_our_settings_it_would_be_another_notebook(tmp_path):
    one = SETS[0]
    there = tmp_path / "source" / one.name / "exercise.ipynb"
    there.parent.mkdir(parents=True)
    there.write_bytes(one.solution.read_bytes())
    nbgrader(tmp_path, "generate_assignment", one.name)
    released = tmp_path / "release" / one.name / "exercise.ipynb"
    assert "raise NotImplementedError" in released.read_text(encoding="utf-8")
    assert "NotImplemented" not in one.exercise.read_text(encoding="utf-8")


def hand_in(course: Path, exercises, student: str) -> Path:
    """Fill in the released notebook as one of three students would."""
    notebook = json.loads((course / "release" / exercises.name / "exercise.ipynb").read_bytes())
    solutions = answer_cells(exercises.solution)
    answers = [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("solution")]
    for number, cell in enumerate(answers):
        name = cell["metadata"]["nbgrader"]["grade_id"]
        right = solutions[name].source
        changed = [mutant.source for mutant in mutants(right)] or [f"{name} = None"]
        bens = (right, changed[0], f"{right}\n1 / 0", f"{name} = 'z'", "def (")
        if student != "cleo":
            cell["source"] = right if student == "anna" else bens[number % len(bens)]
    path = course / "submitted" / student / exercises.name / "exercise.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", GRADED)
def test_three_students_get_the_marks_that_we_give(course, name):
    exercises = find_set(name, SETS)
    ours = {}
    for student in STUDENTS:
        cells = code_cells(hand_in(course, exercises, student))
        ours[student] = {f"check_{t.name}": judge(t, (), cells).points for t in exercises.tasks}
    nbgrader(course, "autograde", name)
    nbgrader(course, "generate_feedback", name)
    done = python(course, "-c", MARKS, name, *STUDENTS)
    assert json.loads(done.stdout) == ours, done.stderr
    full = {f"check_{task.name}": task.points for task in exercises.tasks}
    assert ours["anna"] == full
    assert sum(ours["cleo"].values()) == 0 < sum(ours["ben"].values()) < sum(full.values())
    for student in STUDENTS:
        page = (course / "feedback" / student / name / "exercise.html").read_text(encoding="utf-8")
        assert f"{float(sum(ours[student].values()))}" in page
        assert ("looks like" in page or "fails:" in page) == (student == "ben")


def test_the_graders_own_progress_is_left_alone(course):
    assert not list((course / "data").rglob("progress.json"))
