"""Every student gets numbers of their own; the public answers are worth nothing to them."""

import json

import numpy as np
import pytest
from grading_helpers import NAME, SETS, grade, gradebook, hand_in, notebook, right_answers

from coursekit.course.errors import CourseError
from coursekit.course.exercises.notebook import code_cells
from coursekit.course.exercises.sets import find_set
from coursekit.course.exercises.values import show
from coursekit.course.grading.grader import own_task
from coursekit.course.grading.handout import own_secret, roster, sentence, write_handouts

ONE = find_set(NAME, SETS)
TASK = next(task for task in ONE.tasks if task.kind == "compute")


def own(student, seed="7"):
    return own_task(TASK, own_secret(seed, student))


def answers_of(student):
    """Return right answers, the computed one for the student's own numbers."""
    value = TASK.reference(**own(student).given)
    return right_answers() | {TASK.name: f"{TASK.name} = {np.asarray(value).tolist()}"}


def fill(path, answers):
    notebook = json.loads(path.read_bytes())
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("solution"):
            cell["source"] = answers[about["grade_id"]]
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture
def returned(tmp_path):
    """A class in which anna answers her own numbers, and ben the public ones."""
    places = write_handouts(ONE, ["anna", "ben", "cleo"], "7", tmp_path / "submitted")
    for path, answers in zip(
        places, [answers_of("anna"), right_answers(), answers_of("cleo")], strict=True
    ):
        fill(path, answers)
    return tmp_path


def test_a_handout_is_the_exercise_with_a_sentence_more(tmp_path):
    [path] = write_handouts(ONE, ["anna"], "7", tmp_path)
    assert path == tmp_path / "anna" / NAME / "exercise.ipynb"
    cells, public = code_cells(path), code_cells(ONE.exercise)
    differing = [cell for cell, other in zip(cells, public, strict=True) if cell != other]
    assert [cell.source.partition(",")[0] for cell in differing] == [f'check("{TASK.name}"']
    text = path.read_text(encoding="utf-8")
    assert "**Your numbers.**" in text
    for value in own("anna").given.values():
        assert show(value) in text
    assert json.loads(text)["metadata"]["coursekit"]["student"] == "anna"


def test_numbers_depend_on_student_and_seed_and_nothing_else():
    assert own("anna").given == own(" ANNA ").given
    assert own("anna").given != own("ben").given
    assert own("anna").given != own("anna", seed="8").given
    assert own("anna").given != TASK.given
    assert own_task(TASK, "") is TASK
    assert sentence(next(t for t in ONE.tasks if t.kind == "choose"), "7", "anna") == ""


def test_only_the_answer_to_ones_own_numbers_counts(returned):
    grade(returned)
    marks = {s: row[f"{TASK.name} (05)"] for s, row in gradebook(returned).items()}
    assert marks == {"anna": str(TASK.points), "ben": "0", "cleo": str(TASK.points)}
    bens = next((returned / "out" / "feedback" / "ben").glob("*.html")).read_text("utf-8")
    assert "this answers the public exercise, not your numbers" in bens
    page = next((returned / "out" / "feedback" / "anna").glob("*.html")).read_text("utf-8")
    assert f"Your numbers: {sentence(TASK, '7', 'anna')}" in page


def test_the_notebook_of_another_is_pointed_out(returned):
    submitted = returned / "submitted"
    stolen = (submitted / "anna" / NAME / "exercise.ipynb").read_bytes()
    hand_in(submitted, "ben", content=stolen)
    grade(returned)
    ben = gradebook(returned)["ben"]
    assert ben["Remark"] == "this notebook was handed out to 'anna'"
    assert ben[f"{TASK.name} (05)"] == "0"


def test_a_notebook_stripped_of_its_mark_still_has_its_own_numbers(returned):
    path = returned / "submitted" / "anna" / NAME / "exercise.ipynb"
    notebook = json.loads(path.read_bytes())
    notebook["metadata"] = {}
    path.write_text(json.dumps(notebook), encoding="utf-8")
    grade(returned)
    assert gradebook(returned)["anna"][f"{TASK.name} (05)"] == str(TASK.points)


def test_public_notebooks_are_graded_on_public_numbers_for_no_marks(tmp_path):
    hand_in(tmp_path / "submitted", "anna")
    outcome = grade(tmp_path)
    verdict = outcome.lines[0].record["tasks"][TASK.name]
    assert verdict["status"] == "holds"
    assert gradebook(tmp_path)["anna"][f"{TASK.name} (05)"] == ""


@pytest.mark.parametrize(
    ("seed", "words"), [(None, "give --seed"), ("8", "handed out with another seed than '8'")]
)
def test_the_seed_must_be_that_of_the_handout(returned, seed, words):
    with pytest.raises(CourseError, match=words):
        grade(returned, seed=seed)


def test_names_that_never_meet_are_noticed(returned):
    for name in ("anna", "ben", "cleo"):
        (returned / "submitted" / name).rename(returned / "submitted" / f"{name}@example.org")
    with pytest.raises(CourseError, match="must be those under which"):
        grade(returned)


def test_a_list_of_names_is_read_from_lines_or_from_a_table(tmp_path):
    (tmp_path / "a.txt").write_text("anna\n\n  Ben Ek \n", encoding="utf-8")
    (tmp_path / "a.csv").write_text("Name,Mail\nanna,a@x\nBen Ek,b@x\n", encoding="utf-8-sig")
    assert roster(tmp_path / "a.txt") == roster(tmp_path / "a.csv") == ["anna", "Ben Ek"]
    (tmp_path / "b.txt").write_text("Müller, Jürgen\nMüller, Eva\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("Name;Id\nMüller, Jürgen;1\nMüller, Eva;2\n", encoding="utf-8")
    assert roster(tmp_path / "b.txt") == roster(tmp_path / "b.csv")
    (tmp_path / "c.txt").write_bytes("Müller".encode("latin-1"))
    with pytest.raises(CourseError, match="is not UTF-8"):
        roster(tmp_path / "c.txt")
    with pytest.raises(CourseError, match="No such file"):
        roster(tmp_path / "d.txt")


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "no name in"), ("anna\nANNA", "two students have one name: 'anna' and 'ANNA'"),
     ("../x", "cannot be one"), (".x", "cannot be one")],
)  # fmt: skip
def test_a_list_that_makes_no_sense_is_refused(tmp_path, text, words):
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=words):
        roster(tmp_path / "a.txt")


def test_nothing_is_handed_out_over_what_is_there(tmp_path):
    write_handouts(ONE, ["ben"], "7", tmp_path)
    before = (tmp_path / "ben" / NAME / "exercise.ipynb").read_bytes()
    with pytest.raises(CourseError, match="is there already"):
        write_handouts(ONE, ["anna", "ben"], "8", tmp_path)
    assert not (tmp_path / "anna").exists()
    assert (tmp_path / "ben" / NAME / "exercise.ipynb").read_bytes() == before


def test_sets_with_and_without_own_numbers_are_graded_each_by_its_own(returned):
    for student in ("anna", "ben"):
        answers = right_answers("11_updates")
        hand_in(returned / "submitted", student, answers, exercises="11_updates")
    outcome = grade(returned)
    marks = {(one.student, one.exercises): one.marks for one in outcome.lines}
    assert marks["anna", "11_updates"].total == marks["anna", "11_updates"].out_of
    assert marks["anna", NAME].out_of == 6


def test_one_notebook_decides_nothing_for_a_class(tmp_path):
    submitted = tmp_path / "submitted"
    for student in ("anna", "ben", "cleo"):
        hand_in(submitted, student)
    liar = notebook(right_answers())
    liar["metadata"]["coursekit"] |= {"handout": "0" * 8, "student": "ben"}
    hand_in(submitted, "ben", content=json.dumps(liar).encode())
    grade(tmp_path, seed=None)
    remarks = {student: row["Remark"] for student, row in gradebook(tmp_path).items()}
    assert remarks["anna"] == remarks["cleo"] == ""
    assert remarks["ben"] == "handed out with numbers of its own, graded with the public ones"


def test_a_notebook_that_lost_its_mark_or_has_another_is_pointed_out(returned):
    hand_in(returned / "submitted", "dora")
    write_handouts(ONE, ["emil"], "another", returned / "submitted")
    grade(returned)
    remarks = {student: row["Remark"] for student, row in gradebook(returned).items()}
    assert remarks["dora"] == "not marked as a notebook with numbers of its own"
    assert remarks["emil"] == "handed out with another seed"


def test_a_check_cell_of_a_handout_checks_ones_own_numbers(returned, monkeypatch, capsys):
    from coursekit.course.exercises import feedback, kernel

    cells = code_cells(returned / "submitted" / "anna" / NAME / "exercise.ipynb")
    monkeypatch.setattr(kernel, "executed", cells)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    [call] = [cell.source for cell in cells if cell.source.startswith(f'check("{TASK.name}"')]
    assert eval(call, {"check": feedback.check}) == TASK.points
    assert feedback.check(TASK.name) == 0
    with pytest.raises(RuntimeError, match="has no numbers called z"):
        feedback.check(TASK.name, z=1)
