"""From verdicts to marks, tables and pages: what counts, what is late, what is escaped."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from grading_helpers import NAME, SETS, TASKS, rows

from coursekit.course.errors import CourseError
from coursekit.course.exercises.sets import ExerciseSet, find_set
from coursekit.course.exercises.tasks import Grading
from coursekit.course.grading import classroom, figures, gradebook, pages
from coursekit.course.grading.classroom import Graded
from coursekit.course.grading.journal import Journal, Result
from coursekit.course.grading.marks import Marks, days_late, marks, out_of
from coursekit.course.grading.structure import shape

ONE = find_set(NAME, SETS)


def set_with(**parameters):
    """Return set 05 as it would be with other parameters of grading."""
    one = ExerciseSet(ONE.folder)
    one.__dict__["grading"] = Grading(**parameters)
    return one


def record(**shares):
    """Return a record in which all tasks fail but those given; a share below 1 fails in part."""
    tasks = {}
    for name in TASKS:
        share = shares.get(name, 0.0)
        status = "holds" if share == 1 else "fails"
        tasks[name] = {"status": status, "share": share, "summary": "s", "failure": "",
                       "diagnosis": "", "note": ""}  # fmt: skip
    return {"problem": "", "tasks": tasks}


def line(student="anna", diagnosis="", state="graded", remark="", **shares):
    found = record(**shares)
    found["tasks"]["hinge_loss"]["diagnosis"] = diagnosis
    earned = marks(ONE, found, False)
    return Graded(student, NAME, f"{student}.ipynb", state, remark, earned, found)


def test_public_answers_earn_nothing_unless_the_set_says_so():
    kinds = {t.name: t.kind for t in ONE.tasks}
    worth = out_of(ONE, own_numbers=False)
    assert {kinds[name] for name, points in worth.items() if points} == {"implement"}
    own = out_of(ONE, own_numbers=True)
    assert {kinds[name] for name, points in own.items() if points} == {"implement", "compute"}
    chosen = set_with(weights={"distant_point": 0.5, "hinge_loss": 0})
    assert out_of(chosen, own_numbers=False)["distant_point"] == 0.5
    assert out_of(chosen, own_numbers=False)["hinge_loss"] == 0


def test_partial_credit_is_a_share_of_the_properties_where_the_set_wants_it():
    found = record(hinge_loss=0.6, hinge_on_data=1.0)
    points = {t.name: t.points for t in ONE.tasks}
    whole = marks(ONE, found, False)
    assert whole.total == points["hinge_on_data"]
    part = marks(set_with(partial=True), found, False)
    assert part.total == pytest.approx(0.6 * points["hinge_loss"] + points["hinge_on_data"])
    assert part.out_of == whole.out_of == points["hinge_loss"] + points["hinge_on_data"]


def test_late_days_cost_what_the_set_says_and_never_more_than_there_is():
    late = set_with(late_per_day=0.25, late_days=5)
    found = record(hinge_on_data=1.0)
    totals = [marks(late, found, False, days).total for days in (0, 1, 2, 4, 5, 6)]
    full = marks(ONE, found, False).total
    assert totals == [round(full * share, 2) for share in (1, 0.75, 0.5, 0, 0, 0)]
    assert marks(set_with(late_days=1), found, False, 2).total == 0


def test_days_late_are_days_begun():
    due = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)
    assert days_late(due, False, due) == 0
    assert days_late(due + timedelta(seconds=1), False, due) == 1
    assert days_late(due + timedelta(days=1, seconds=1), False, due) == 2
    assert days_late(due - timedelta(days=1), True, due) == 0
    assert days_late(None, True, due) == 1
    assert days_late(due, False, None) == 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"weights": {"a": -1}}, "weights must be numbers >= 0"),
     ({"late_per_day": 2}, "between 0 and 1, got 2"), ({"late_days": -1}, ">= 0, got -1")],
)  # fmt: skip
def test_parameters_are_looked_at(wrong, words):
    with pytest.raises(ValueError, match=words):
        Grading(**wrong)


def test_a_weight_for_a_task_that_is_not_there_is_noticed(tmp_path):
    folder = tmp_path / "05_x"
    folder.mkdir()
    source = (ONE.folder / "checks.py").read_text(encoding="utf-8")
    extra = (
        "from coursekit.course.exercises.tasks import Grading as G; GRADING = G(weights={'x': 1})"
    )
    (folder / "checks.py").write_text(f"{source}\n{extra}\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"checks.py.* weighs unknown tasks \['x'\]"):
        _ = ExerciseSet(folder).grading


@pytest.mark.parametrize(
    "line", ["GRADING = G(late_per_day=10)", "GRADING = G(weight={})", "G(", "g"]
)
def test_a_slip_in_the_parameters_is_one_line_with_the_file(tmp_path, line):
    folder = tmp_path / "05_x"
    folder.mkdir()
    text = f"from coursekit.course.exercises.tasks import Grading as G\nTASKS = []\n{line}\n"
    (folder / "checks.py").write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=r"checks.py': \w+Error: "):
        _ = ExerciseSet(folder).grading


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", " =1", "−1", "＝1"])  # noqa: RUF001
def test_cells_that_a_spreadsheet_would_execute_are_neutralised(cell, tmp_path):
    neutral = "'" + cell.replace("\r", " ").replace("\t", " ")
    assert gradebook.neutral(cell) == neutral
    (tmp_path / "t.csv").write_bytes(gradebook.table([["a"], [cell]]))
    assert rows(tmp_path / "t.csv")[0]["a"] == neutral


def test_other_cells_are_left_as_they_are():
    for cell in ("anna", "a=1", "", 3, -1.5, "1"):
        assert gradebook.neutral(cell) == cell


def test_the_tables_have_the_columns_that_an_lms_imports(tmp_path):
    lines = [line("anna", hinge_loss=1.0), line("=ben", "b is missing", remark="like 'anna'")]
    lines[0] = Graded(**{**lines[0].__dict__, "lms_id": "123"})
    worth = {NAME: out_of(ONE, False)}
    for path, content in gradebook.tables(tmp_path / "g.csv", lines, worth).items():
        path.write_bytes(content)
    first, second = rows(tmp_path / "g.csv")
    assert (first["Student"], first["Mark"], first["hinge_loss (05)"]) == ("anna", "2", "2")
    assert second["Student"] == "'=ben"
    canvas = rows(tmp_path / "g_canvas.csv")
    assert list(canvas[0]) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", NAME]
    assert [row["Student"] for row in canvas] == ["Points Possible", "anna", "'=ben"]
    assert (canvas[1]["ID"], canvas[1][NAME]) == ("123", "2")
    moodle = rows(tmp_path / f"g_moodle_{NAME}.csv")
    assert list(moodle[0]) == ["Identifier", "Full name", "Grade", "Maximum Grade",
                               "Last modified (grade)", "Feedback comments"]  # fmt: skip
    assert (moodle[0]["Identifier"], moodle[0]["Grade"]) == ("Participant 123", "2")
    assert "hinge_loss: b is missing; hinge_on_data: s" in moodle[1]["Feedback comments"]
    assert "anna" not in moodle[1]["Feedback comments"]


def test_who_could_not_be_graded_gets_no_zero_from_an_import(tmp_path):
    lines = [line("anna", hinge_loss=1.0), line("ben", state="not graded", remark="a PDF")]
    tables = gradebook.tables(tmp_path / "g.csv", lines, {NAME: out_of(ONE, False)})
    for path, content in tables.items():
        assert (b"ben" in content) == (path.name == "g.csv")
    book = tables[tmp_path / "g.csv"].decode("utf-8-sig").splitlines()
    # A letter earns nothing: a 0 would look like a wrong answer.
    assert book[0].endswith("hinge_on_data (05),log_loss_slope (05),distant_point (05),File,Page")
    assert book[1].endswith("2,0,,,anna.ipynb,anna/05_two_classes.html")


EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'>"


def test_nothing_of_a_students_becomes_markup(tmp_path):
    found = record()
    for verdict in found["tasks"].values():
        verdict |= dict.fromkeys(("summary", "failure", "diagnosis", "note"), EVIL)
    bad = Graded(EVIL, NAME, EVIL, "not graded", EVIL, Marks(), found, EVIL, EVIL)
    worse = Graded(EVIL, NAME, EVIL, "graded", EVIL, Marks({}, 1.0), found)
    page = pages.write_feedback(tmp_path, bad, ONE, out_of(ONE, False), {"hinge_loss": EVIL})
    pages.write_report(tmp_path / "r.html", [bad, worse], [[bad, worse]])
    for text in (page.read_text("utf-8"), (tmp_path / "r.html").read_text("utf-8")):
        assert "alert(1)" in text
        assert not {"<script", "<img"} & set(text.replace("<", " <").split())
        assert "&lt;script&gt;" in text
        assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text


def test_a_page_says_what_failed_what_it_looks_like_and_what_to_try(tmp_path):
    found = record(hinge_loss=1.0)
    found["tasks"]["hinge_on_data"] |= {"failure": "at b = 1", "diagnosis": "b is missing"}
    one = Graded("anna", NAME, "", "graded", "", marks(ONE, found, False, 0), found)
    text = pages.write_feedback(tmp_path, one, ONE, out_of(ONE, False), {}).read_text("utf-8")
    assert "2 of 5 marks" in text
    assert "b is missing" in text
    assert "for practice, no marks" in text
    by_name = {task.name: task for task in ONE.tasks}
    shown = text.replace("&#39;", "'").replace("&gt;", ">").replace("&lt;", "<")
    assert by_name["hinge_loss"].explanation in shown
    assert by_name["hinge_loss"].hints[0] not in shown
    assert by_name["hinge_on_data"].hints[0] in shown


@pytest.mark.parametrize(
    "name", ["../../x", "CON", "a/b", "", ".", "..", "x" * 300, "Anna", "\ud800"]
)
def test_feedback_stays_in_its_folder_whatever_the_name(tmp_path, name):
    one = Graded(name, NAME, "", "graded", "", Marks(), record())
    path = pages.write_feedback(tmp_path / "f", one, ONE, out_of(ONE, False), {})
    assert path.resolve().is_relative_to((tmp_path / "f").resolve())
    assert len(path.relative_to(tmp_path / "f").parts) == 2


def test_names_that_look_alike_get_folders_of_their_own():
    names = ["anna", "Anna", "ANNA", "an/na", "an_na", "a" * 70, "a" * 80]
    assert len({pages.file_name(name).casefold() for name in names}) == len(names)


def test_the_figures_of_a_class_are_right():
    lines = [
        line("a", hinge_loss=1.0, hinge_on_data=1.0, distant_point=1.0),
        line("b", hinge_loss=1.0, hinge_on_data=1.0),
        line("c", "b is missing", hinge_loss=0.5, distant_point=1.0),
        line("d", "b is missing"),
        line("e", state="not graded"),
    ]
    found = figures.figures(lines)
    assert (found.n_submissions, found.n_graded) == (5, 4)
    assert found.shares == [1, 1, 0, 0]
    by_task = {task.task: task for task in found.tasks}
    assert by_task["hinge_loss"].solved == 0.5
    # With the others: (2, 1, 1, 0) beside (1, 1, 0, 0).
    expected = np.corrcoef([1, 1, 0, 0], [2, 1, 1, 0])[0, 1]
    assert by_task["hinge_loss"].discrimination == pytest.approx(expected)
    assert by_task["log_loss_slope"].discrimination is None
    assert found.misconceptions == [("hinge_loss", "b is missing", 2)]
    assert figures.histogram([0, 0.05, 0.1, 0.95, 1.0]) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]


def test_the_report_and_the_summary_say_the_same(tmp_path):
    lines = [line("a", hinge_loss=1.0), line("b", "b is missing"), line("c", state="not graded")]
    found = pages.write_report(tmp_path / "r.html", lines, [])
    text = pages.summary(found, [])
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "2 of 3 submissions graded" in text
    assert "2 of 3 submissions graded" in page
    assert "1 × hinge_loss: b is missing" in text
    assert "0 to 10 %: 1, 40 to 50 %: 1" in page or "0 to 10 %: 1, 30 to 40 %: 1" in page


def test_a_class_of_nobody_has_a_report(tmp_path):
    found = pages.write_report(tmp_path / "r.html", [line(state="not graded")], [])
    assert pages.summary(found, []).startswith("0 of 1 submissions graded")


def program(source):
    return [{"label": "cell 1", "source": source, "keep": list(range(source.count("\n") + 1))}]


def test_the_shape_of_code_is_blind_to_names_comments_and_layout():
    one = "def f(y, s):\n    '''Doc.'''\n    m = y * s  # margin\n    return m + 1"
    other = "def g(label, score: float) -> float:\n    q = label*score\n    return (q + 1)"
    wrong = "def g(label, score):\n    q = label*score\n    return (q + 2)"
    use = "def h({0}):\n    return f({0}) + np.sum({0})"
    # Whether two functions use the same names for their own does not matter either.
    sources = (one, other, wrong, f"{one}\n{use.format('y')}", f"{one}\n{use.format('x')}")
    shapes = [shape([{"source": s, "keep": range(s.count("def"))}])[0] for s in sources]
    assert shapes[0] == shapes[1] != shapes[2]
    assert shapes[3] == shapes[4]
    assert shape([]) == shape([{"source": "import numpy as np", "keep": [0]}]) == ("", 0)


def test_only_long_programs_of_one_set_are_called_alike():
    same = {"shape": "s", "size": classroom.MIN_NODES}
    a, b, c, d = (Graded(n, NAME, "", "graded", "", Marks(), record() | same) for n in "abcd")
    short = Graded("e", NAME, "", "graded", "", Marks(), record() | same | {"size": 20})
    other = Graded("f", "11_updates", "", "graded", "", Marks(), record() | same)
    lines = [a, b, c, d, short, other]
    groups = classroom.alike(lines, {NAME: "another"})
    assert [[x.student for x in group] for group in groups] == [["a", "b", "c", "d"]]
    assert classroom.alike(lines, {NAME: "s"}) == []


RESULT = Result("anna", NAME, "print", record())


def test_a_journal_gives_back_what_it_was_given(tmp_path):
    with Journal(tmp_path / "j") as journal:
        journal.write(RESULT)
        journal.remember("seed", "7")
    with Journal(tmp_path / "j") as journal:
        assert list(journal.results()) == [RESULT]
        assert journal.about == {"seed": "7"}
        assert journal.finished() == {("anna", NAME): "print"}
        journal.write(RESULT._replace(fingerprint="new"))
        assert journal.finished() == {("anna", NAME): "new"}
        assert journal.record("anna", NAME) == RESULT.record
        assert journal.record("ben", NAME) is None


def read_all(path):
    with Journal(path) as journal:
        return journal.finished()


def test_damage_to_a_journal_is_noticed_wherever_it_is(tmp_path):
    path = tmp_path / "j"
    with Journal(path) as journal:
        journal.remember("seed", "7")
        for i in range(20):
            journal.write(RESULT._replace(student=f"s{i}"))
    content = path.read_bytes()
    places = np.random.default_rng(0).integers(0, len(content), 300)
    unnoticed = []
    for place in places:
        damaged = bytearray(content)
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        try:
            found = read_all(path)
        except CourseError:
            continue
        # A free byte, or one of a header that SQLite does not read, changes nothing.
        if found != {(f"s{i}", NAME): "print" for i in range(20)}:
            unnoticed.append(int(place))
    assert unnoticed == []


def test_a_forged_mark_in_a_journal_is_noticed(tmp_path):
    path = tmp_path / "j"
    with Journal(path) as journal:
        journal.write(RESULT)
    forged = json.dumps(record(hinge_loss=1.0))
    with sqlite3.connect(path) as database:
        database.execute("UPDATE results SET record = ?", (forged,))
    database.close()
    with pytest.raises(CourseError, match=r"damaged .*'anna' is not what was written"):
        read_all(path)


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\x00" + b"\x00" * 200])
def test_a_journal_that_is_none_is_refused(tmp_path, content):
    (tmp_path / "j").write_bytes(content)
    with pytest.raises(CourseError, match="journal"):
        read_all(tmp_path / "j")
