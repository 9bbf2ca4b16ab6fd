"""A small class is graded from end to end, on any machine."""

from datetime import UTC

import pytest
from grading_helpers import (
    NAME,
    SETS,
    command,
    grade,
    gradebook,
    hand_in,
    hand_in_three,
    outputs,
)

from coursekit.course import grade_commands
from coursekit.course.exercises.judge import judge
from coursekit.course.exercises.notebook import code_cells
from coursekit.course.exercises.sets import find_set

ONE = find_set(NAME, SETS)


@pytest.fixture
def three(tmp_path):
    return hand_in_three(tmp_path)


def test_the_verdicts_are_those_that_a_learner_gets(three):
    outcome = grade(three)
    for line in outcome.lines:
        cells = code_cells(three / "submitted" / line.file)
        for task in ONE.tasks:
            verdict = judge(task, ONE.mistakes.get(task.name, ()), cells)
            kept = line.record["tasks"][task.name]
            assert (kept["status"], kept["diagnosis"]) == (verdict.status, verdict.diagnosis)
    assert [line.marks.total for line in outcome.lines] == [5, 0, 0]
    assert outcome.lines[1].misconceptions["hinge_loss"].startswith("the max(0, ·) is missing")


def test_a_command_leaves_tables_pages_and_a_summary(three):
    done = command(three, "--unsandboxed", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    assert "3 of 3 submissions graded" in done.stdout
    assert "1 × hinge_loss: the max(0, ·) is missing" in done.stdout
    assert "seed: 7" in done.stdout
    assert set(outputs(three)) == {
        "gradebook.csv", "gradebook_canvas.csv", f"gradebook_moodle_{NAME}.csv",
        "gradebook_report.html", *(f"feedback/{s}/{NAME}.html" for s in ("anna", "ben", "cleo")),
    }  # fmt: skip


def test_what_cannot_be_graded_is_accounted_for_and_the_rest_is_graded(three):
    hand_in(three / "submitted", "dora", content=b"%PDF")
    hand_in(three / "submitted", "emil", content=b"")
    grade(three)
    states = {student: row["State"] for student, row in gradebook(three).items()}
    assert states == dict(anna="graded", ben="graded", cleo="graded", dora="not graded",
                          emil="not graded")  # fmt: skip
    assert "not a notebook but a PDF" in gradebook(three)["dora"]["Remark"]
    assert "dora" in (three / "out" / "gradebook_report.html").read_text("utf-8")


def test_a_day_that_is_due_lasts_until_its_end():
    assert grade_commands._time("2026-11-30").isoformat().startswith("2026-11-30T23:59:59")
    assert grade_commands._time("2026-11-30 00:00").hour == 0
    assert grade_commands._time("2026-11-30 12:00+00:00").astimezone(UTC).hour == 12
    assert grade_commands._time(None) is None


def test_without_a_sandbox_it_says_what_is_missing(three, tmp_path):
    # A path on which there is no bubblewrap.
    done = command(three, env={"PATH": str(tmp_path), "HOME": str(tmp_path)})
    assert done.returncode == 2
    said = " ".join(done.stderr.split())
    assert "bubblewrap is not installed" in said or "there is no sandbox on" in said
    assert "--unsandboxed grades all the same" in said
