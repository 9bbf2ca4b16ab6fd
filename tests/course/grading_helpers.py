"""Classes of made-up students, for the tests of grading."""

import csv
import json
import random
import subprocess
import sys

from coursekit.course.exercises.mutants import mutants
from coursekit.course.exercises.notebook import answer_cells
from coursekit.course.exercises.sets import all_sets, find_set
from coursekit.course.grading.run import Plan, grade_class
from coursekit.course.root import find_root

SETS = all_sets(find_root())
NAME = "05_two_classes"
COMMAND = [
    sys.executable,
    "-c",
    "import sys; from coursekit.course.cli import main; sys.exit(main())",
]
TASKS = [task.name for task in find_set(NAME, SETS).tasks]


def notebook(answers, exercises=NAME, base=None):
    """Return the exercise with these answers, by the names of tasks; None leaves the stub."""
    one = find_set(exercises, SETS)
    filled = base or json.loads(one.exercise.read_bytes())
    for cell in filled["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        answer = answers.get(about.get("grade_id")) if about.get("solution") else None
        if answer is not None:
            cell["source"] = answer
    return filled


def right_answers(exercises=NAME):
    cells = answer_cells(find_set(exercises, SETS).solution)
    return {name: cell.source for name, cell in cells.items()}


def mixed_answers(seed, exercises=NAME):
    """Return the answers of a student who is right, mechanically wrong, or silent."""
    draw = random.Random(seed)
    answers = {}
    for name, right in right_answers(exercises).items():
        wrong = [change.source for change in mutants(right)][:4]
        answers[name] = draw.choice([right] * 6 + wrong + [None])
    return answers


def hand_in(folder, student, answers=None, exercises=NAME, content=None):
    """Write a notebook where nbgrader collects it, and return its path."""
    path = folder / student / exercises / "exercise.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    filled = json.dumps(notebook(right_answers() if answers is None else answers, exercises))
    path.write_bytes(filled.encode() if content is None else content)
    return path


def make_class(folder, size):
    """Write the notebooks of a class, no two alike."""
    for number in range(size):
        hand_in(folder, f"student{number:03d}", mixed_answers(number))
    return folder


def plan_for(folder, **options):
    """Return the plan to grade folder/submitted into folder/out, without a sandbox by default."""
    out = folder / "out"
    usual = {"jobs": 1, "seed": "7", "sandboxed": False}
    return Plan(folder / "submitted", out / "gradebook.csv", out / "feedback", **usual | options)


def grade(folder, sets=SETS, **options):
    return grade_class(plan_for(folder, **options), sets, lambda done, total: None)


def rows(path):
    """Return the lines of a table as dictionaries."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def gradebook(folder):
    """Return the lines of the gradebook by student."""
    return {row["Student"]: row for row in rows(folder / "out" / "gradebook.csv")}


def command(folder, *words, **options):
    """Run coursekit grade on folder/submitted, as somebody would in a terminal."""
    out = folder / "out"
    line = [*COMMAND, "grade", str(folder / "submitted"), "--out", str(out / "gradebook.csv"),
            "--feedback", str(out / "feedback"), "--seed", "7", *words]  # fmt: skip
    return subprocess.run(line, capture_output=True, text=True, cwd=find_root(), **options)


def outputs(folder):
    """Return everything that a run wrote but its journal, by name."""
    out = folder / "out"
    files = (path for path in out.rglob("*") if path.is_file() and ".journal" not in path.name)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def hand_in_three(folder):
    """Hand in for anna, who is right, for ben, who is not, and for cleo, who answered nothing."""
    hand_in(folder / "submitted", "anna")
    hand_in(
        folder / "submitted", "ben", {"hinge_loss": "def hinge_loss(y, s):\n    return 1 - y * s"}
    )
    hand_in(folder / "submitted", "cleo", {})
    return folder
