"""The learner's loop in terminal and notebook: words, exit status, progress, bad input."""

import io
import json
import os
import re
import subprocess
import sys
import threading

import pytest
from exercise_helpers import cells

from coursekit.course import cli
from coursekit.course.errors import CourseError
from coursekit.course.exercises import feedback, kernel, progress
from coursekit.course.exercises.notebook import code_cells, release
from coursekit.course.exercises.sets import ExerciseSet, all_sets, find_set, find_task
from coursekit.course.root import find_root
from coursekit.course.terminal import say

ROOT = find_root()
SET = find_set("11", all_sets(ROOT))
MAIN = "from coursekit.course.cli import main; main()"
ALL_TASKS = [task.name for one in all_sets(ROOT) for task in one.tasks]


@pytest.fixture(autouse=True)
def progress_file(tmp_path, monkeypatch):
    path = tmp_path / "data" / "progress.json"
    monkeypatch.setattr(progress, "progress_file", lambda: path)
    return path


@pytest.fixture
def coursekit(monkeypatch, capsys):
    """Run the command line; return exit status, stdout and stderr."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["coursekit", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return end.value.code or 0, *capsys.readouterr()

    return run


def notebook(path, *sources, **metadata):
    code = [{"cell_type": "code", "metadata": {}, "source": s, "outputs": []} for s in sources]
    data = {"cells": code, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_a_solved_notebook_ends_with_status_0_and_leaves_no_progress(coursekit, progress_file):
    status, out, _ = coursekit("check", SET.solution)
    assert status == 0
    assert out.splitlines()[-1] == "5 of 5 tasks hold: 8 of 8 points"
    assert not progress_file.exists()


def test_an_unsolved_set_ends_with_status_1(coursekit):
    status, out, _ = coursekit("check", SET.exercise)
    assert status == 1
    assert out.count("not answered yet") == 5


def test_a_learners_copy_is_known_by_its_metadata_wherever_it_is(
    coursekit, tmp_path, progress_file
):
    about = {"exercises": "11_updates"}
    path = notebook(tmp_path / "mine é.ipynb", "near_zero = 'c'", coursekit=about)
    status, out, _ = coursekit("check", path)
    assert status == 1
    assert "✓ near_zero: c is right" in out
    assert json.loads(progress_file.read_text()) == {"passed": ["near_zero"], "hints": {}}
    shown = coursekit("progress")[1].splitlines()
    assert shown[0].startswith(f"1 of {len(ALL_TASKS)} tasks done, about ")
    assert shown[1:] == [
        "11_updates: 1 of 5 tasks, about 24 minutes left",
        "next: three_steps (predict), then coursekit check 11",
    ]


def test_progress_begins_with_the_first_set_and_counts_to_the_end(coursekit, progress_file):
    shown = coursekit("progress")[1].splitlines()
    assert shown[1:] == ["next: mse_rmse_mae (compute), then coursekit check 01"]
    first = [task.name for task in all_sets(ROOT)[0].tasks]
    progress.Progress(passed=set(first)).save()
    shown = coursekit("progress")[1].splitlines()
    assert shown[1] == f"01_what_a_loss_decides: {len(first)} of {len(first)} tasks, done"
    assert shown[2].endswith("coursekit check 02")
    progress.Progress(passed=set(ALL_TASKS)).save()
    shown = coursekit("progress")[1].splitlines()
    assert shown[0].endswith("about 0 minutes left")
    assert len(shown) == 1 + len(all_sets(ROOT))


def test_the_sets_and_their_tasks_are_listed(coursekit, progress_file):
    progress.Progress(passed={"near_zero"}).save()
    shown = coursekit("list")[1].splitlines()
    assert len(shown) == len(all_sets(ROOT))
    assert "11_updates: 1 of 5 tasks, about 24 minutes left" in shown
    assert coursekit("list", "11")[1].splitlines() == [
        "– three_steps: predict, 1 point, about 4 minutes",
        "– l1_step: implement, 2 points, about 8 minutes",
        "– l2_step: implement, 2 points, about 6 minutes",
        "– l2_after_k_steps: derive, 2 points, about 6 minutes",
        "✓ near_zero: choose, 1 point, about 4 minutes",
    ]
    assert "did you mean '11_updates'" in coursekit("list", "11_update")[2]


def test_the_solution_opens_after_passing(coursekit, progress_file):
    status, out, err = coursekit("solution", "l1_step")
    assert (status, out) == (2, "")
    assert "l1_step is not passed yet: coursekit hint l1_step" in err
    progress.Progress(passed={"l1_step"}).save()
    status, out, _ = coursekit("solution", "l1_step")
    assert status == 0
    assert "np.sign" in out
    assert "SOLUTION" not in out
    assert find_task("l1_step", all_sets(ROOT))[1].explanation in out


@pytest.fixture
def watching(tmp_path):
    """Start `coursekit watch` on a notebook; its words come line by line."""
    started = []

    def start(path):
        process = subprocess.Popen(
            [sys.executable, "-c", MAIN, "watch", str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            cwd=ROOT,
            env={**os.environ, "XDG_DATA_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        )
        deadline = threading.Timer(60, process.kill)
        deadline.start()
        started.append((process, deadline))
        return process

    yield start
    for process, deadline in started:
        deadline.cancel()
        process.kill()
        process.communicate()


def read_until(process, words):
    seen = ""
    while words not in seen:
        line = process.stdout.readline()
        assert line, seen
        seen += line
    return seen


def test_watching_checks_what_changed_until_all_holds(watching, tmp_path):
    path = tmp_path / "mine.ipynb"
    path.write_bytes(SET.exercise.read_bytes())
    process = watching(path)
    read_until(process, "near_zero: not answered yet")
    about = {"exercises": "11_updates"}
    notebook(path, "near_zero = 'a'", coursekit=about)
    seen = read_until(process, "not this one")
    assert "l1_step" not in seen
    path.write_text('{"cells": [')
    assert "does not hold JSON" in read_until(process, "JSON")
    path.unlink()
    notebook(path, "# a comment", "near_zero = 'b'", coursekit=about)
    read_until(process, "fails: b:")
    notebook(path, "# a longer comment", "near_zero = 'b'", coursekit=about)
    read_until(process, "saved: no answer has changed")
    path.write_bytes(SET.solution.read_bytes())
    read_until(process, "every task holds")
    assert process.wait(10) == 0


def test_watching_what_is_no_notebook_ends_at_once(coursekit, tmp_path):
    (tmp_path / "x.ipynb").write_text("{")
    status, _, err = coursekit("watch", tmp_path / "x.ipynb")
    assert (status, err.count("\n")) == (2, 1)


def test_the_learners_copy_comes_before_the_one_handed_out(tmp_path):
    exercises = ExerciseSet(tmp_path / "exercises" / "11_updates")
    assert exercises.learners_file == exercises.exercise
    mine = tmp_path / "my-course" / "exercises" / "11_updates" / "exercise.ipynb"
    mine.parent.mkdir(parents=True)
    mine.touch()
    assert exercises.learners_file == mine


def test_a_task_can_be_checked_alone(coursekit):
    status, out, _ = coursekit("check", "near_zero")
    assert (status, out.count("near_zero")) == (1, 1)
    assert "l1_step" not in out


@pytest.mark.parametrize(
    "arguments", [["check", SET.solution], ["hint", "l1_step"], ["progress"], ["check", "l1_stp"]]
)
def test_a_terminal_gets_lines_wrapped_between_words(
    coursekit, monkeypatch, arguments, progress_file
):
    unwrapped = "".join(coursekit(*arguments)[1:])
    progress_file.unlink(missing_ok=True)
    monkeypatch.setenv("COLUMNS", "40")
    # Words alone, without the sign that a task is being checked.
    monkeypatch.setenv("NO_COLOR", "1")
    for stream in (sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    wrapped = "".join(coursekit(*arguments)[1:])
    assert wrapped.split() == unwrapped.split()
    assert max(map(len, unwrapped.splitlines())) > 40 >= max(map(len, wrapped.splitlines()))


def test_a_wrapped_line_keeps_its_indent(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    say("✗ l1_step: 4 of 7 properties hold\n\n    fails: a weight of zero stays as it is", terminal)
    say("word " * 10 + "x" * 50, terminal)
    assert terminal.getvalue().splitlines() == [
        "✗ l1_step: 4 of 7 properties hold",
        "",
        "    fails: a weight of zero stays as it",
        "    is",
        "word word word word word word word word",
        "  word word",
        "  " + "x" * 50,
    ]


def test_hints_open_one_at_a_time_and_the_last_one_stays(coursekit, progress_file):
    lines = [coursekit("hint", "l1_step")[1] for _ in range(4)]
    assert [line[:11] for line in lines] == ["hint 1 of 3", "hint 2 of 3", *["hint 3 of 3"] * 2]
    assert json.loads(progress_file.read_text()) == {"passed": [], "hints": {"l1_step": 3}}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "l1_stp"], "unknown set, task or notebook 'l1_stp'; did you mean 'l1_step'?"),
        (["check", "99"], "unknown set, task or notebook '99'"),
        (["check", "missing.ipynb"], "there is no notebook 'missing.ipynb'"),
        (["hint", "l2_stepp"], "unknown task 'l2_stepp'; did you mean 'l2_step'?"),
        (["release", "11_update"], "unknown exercise set '11_update'; did you mean '11_updates'?"),
        (["release"], "name the sets, or give --all"),
        (["mutants", "11", "--all"], "name the sets, or give --all"),
    ],
)
def test_bad_names_are_one_line_and_status_2(coursekit, arguments, words):
    status, out, err = coursekit(*arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert words in err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not a notebook: it does not hold JSON"),
        (b"%PDF-1.4", "is not a notebook: it does not hold JSON"),
        (b"\xff\xfe\x00", "is not a notebook: it does not hold JSON"),
        (b"[]", "is not a notebook: it has no list of cells"),
        (b'{"worksheets": []}', "is not a notebook: it has no list of cells"),
        (
            b'{"cells": [3], "metadata": {"coursekit": {"exercises": "11_updates"}}}',
            "a cell is int",
        ),
        (b'{"cells": []}', "cannot tell which set"),
        (b'{"cells": [], "metadata": {"coursekit": {"exercises": "12_update"}}}', "11_updates"),
    ],
)
def test_files_that_are_no_notebook_are_one_line_and_status_2(coursekit, tmp_path, content, words):
    path = tmp_path / "x.ipynb"
    path.write_bytes(content)
    status, out, err = coursekit("check", path)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert words in err


def test_unreadable_progress_is_kept_aside_and_said(coursekit, progress_file):
    progress_file.parent.mkdir()
    progress_file.write_text('{"passed": ["near_z')
    assert "the old file is kept as progress.unreadable.json" in coursekit("progress")[1]
    assert progress_file.with_name("progress.unreadable.json").read_text().startswith('{"passed"')
    assert "kept" not in coursekit("progress")[1]


@pytest.mark.parametrize(
    "text", ["3", '{"passed": 3, "hints": {}}', '{"passed": [], "hints": [1]}']
)
def test_progress_of_the_wrong_form_starts_anew(progress_file, text):
    progress_file.parent.mkdir()
    progress_file.write_text(text)
    assert (progress.load().passed, progress.load().hints) == (set(), {})


def test_progress_that_cannot_be_saved_does_not_spoil_the_check(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setattr(progress, "progress_file", lambda: tmp_path / "none" / "progress.json")

    def refuse(self):
        raise CourseError("cannot write: no permission")

    monkeypatch.setattr(progress.Progress, "save", refuse)
    solved = code_cells(SET.solution)
    verdicts = feedback.check_tasks(SET, SET.tasks[-1:], solved, keep_progress=True)
    assert verdicts[0].status == "holds"
    assert "progress is not kept: cannot write: no permission" in capsys.readouterr().out


def test_progress_that_cannot_be_read_does_not_spoil_the_check(progress_file, capsys, coursekit):
    progress_file.mkdir(parents=True)
    solved = code_cells(SET.solution)
    verdicts = feedback.check_tasks(SET, SET.tasks[-1:], solved, keep_progress=True)
    assert verdicts[0].status == "holds"
    assert "progress is not kept: cannot read" in capsys.readouterr().out
    status, _, err = coursekit("progress")
    assert (status, err.count("\n")) == (2, 1)


def test_release_writes_what_is_missing_and_nothing_else(tmp_path):
    from coursekit.course.exercises.notebook import write_release

    (tmp_path / "solution.ipynb").write_bytes(SET.solution.read_bytes())
    exercises = ExerciseSet(tmp_path)
    assert [write_release(exercises), write_release(exercises)] == [True, False]
    assert exercises.exercise.read_bytes() == SET.exercise.read_bytes()
    made = release(exercises).decode()
    assert "SOLUTION" not in made
    assert "np.sign" not in made


@pytest.mark.parametrize(
    "marks", ["### BEGIN SOLUTION\n1", "### END SOLUTION", "### BEGIN SOLUTION\n" * 2]
)
def test_markers_that_do_not_match_are_said(coursekit, tmp_path, marks):
    notebook(tmp_path / "solution.ipynb", marks)
    with pytest.raises(CourseError, match="cell 1: ### BEGIN SOLUTION"):
        release(ExerciseSet(tmp_path))
    assert not (tmp_path / "exercise.ipynb").exists()


@pytest.fixture
def notebook_that_ran(monkeypatch):
    """Make it seem that check() runs in a kernel that has executed these cells."""

    def executed(*sources):
        monkeypatch.setattr(kernel, "executed", cells(*sources))

    return executed


def test_check_in_a_notebook_reads_what_the_kernel_executed(
    notebook_that_ran, capsys, progress_file
):
    notebook_that_ran("near_zero = 'a'", "%time near_zero = 'c'", "near_zero = 'c'")
    points = feedback.check("near_zero")
    assert (points, points._repr_html_()) == (1.0, "<small>1 of 1 points</small>")
    assert capsys.readouterr().out.startswith("✓ near_zero: c is right")
    assert json.loads(progress_file.read_text())["passed"] == ["near_zero"]


def test_lines_in_a_notebook_are_wrapped_between_words(notebook_that_ran, capsys):
    for answer, mark in (("c", "✓"), ("a", "✗")):
        notebook_that_ran(f"near_zero = {answer!r}")
        feedback.check("near_zero")
        lines = capsys.readouterr().out.splitlines()
        assert lines[0].startswith(mark)
        assert 60 < max(map(len, lines)) <= feedback.NOTEBOOK_WIDTH
        assert all(line.startswith("  ") for line in lines[1:])


def test_nbgrader_reads_the_points_as_a_number(notebook_that_ran):
    from IPython.core.formatters import DisplayFormatter

    notebook_that_ran("near_zero = 'b'")
    data, _ = DisplayFormatter().format(feedback.check("near_zero"))
    assert float(data["text/plain"]) == 0.0


def test_an_unknown_name_in_a_notebook_is_a_line_not_an_error(notebook_that_ran, capsys):
    notebook_that_ran("x = 1")
    assert feedback.check("near_zer") is None
    assert "did you mean 'near_zero'?" in capsys.readouterr().out


def test_check_outside_a_notebook_names_the_command(monkeypatch):
    monkeypatch.setattr(kernel, "executed", None)
    with pytest.raises(RuntimeError, match="in a terminal use: coursekit check"):
        feedback.check("near_zero")


def test_working_in_the_folder_of_the_originals_is_no_progress(
    notebook_that_ran, monkeypatch, progress_file
):
    monkeypatch.chdir(SET.folder)
    notebook_that_ran("near_zero = 'c'")
    assert feedback.check("near_zero") == 1.0
    assert not progress_file.exists()


def test_mutants_are_counted_and_what_passes_is_named(coursekit, monkeypatch):
    from coursekit.course.exercises import mutants

    status, out, _ = coursekit("mutants", "11", "--sample", "3")
    assert status == 0
    assert "100.0%" in out
    assert "not caught" not in out
    weak = [mutants.Tally("l1_step", 9, ("a → b",), ("w + g → w",))]
    monkeypatch.setattr(mutants, "tally", lambda *args, **options: weak)
    status, out, _ = coursekit("mutants", "11")
    assert status == 1
    assert "90.0%" in out
    assert "not caught, l1_step: w + g → w" in out


def test_polls_of_some_lessons_are_printed_or_written(coursekit, tmp_path):
    status, out, _ = coursekit("polls", "11", "12")
    assert status == 0
    assert re.findall(r"### Poll (\S+)", out) == ["11.2", "12.1"]
    for word in ("written", "unchanged"):
        assert coursekit("polls", "11", "--out", tmp_path / "p.md")[1].endswith(f"p.md: {word}\n")
    status, out, err = coursekit("polls", "99")
    assert (status, out) == (2, "")
    assert "there are no polls of lesson '99'" in err
