"""A class is graded from end to end, whatever happens: nothing is lost, nothing done twice."""

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime

import psutil
import pytest
from grading_helpers import (
    COMMAND,
    NAME,
    SETS,
    command,
    grade,
    gradebook,
    hand_in,
    hand_in_three,
    make_class,
    outputs,
    plan_for,
    right_answers,
    rows,
)

from coursekit.course.errors import CourseError
from coursekit.course.exercises.sets import ExerciseSet, find_set
from coursekit.course.exercises.tasks import Grading
from coursekit.course.grading import bubblewrap, run, sandbox
from coursekit.course.root import find_root

pytestmark = pytest.mark.sandbox
ONE = find_set(NAME, SETS)


@pytest.fixture
def three(tmp_path):
    return hand_in_three(tmp_path)


def test_resuming_grades_what_is_new_or_changed_and_nothing_else(three):
    grade(three)
    submitted = three / "submitted"
    hand_in(submitted, "ben")
    hand_in(submitted, "dora")
    shutil.rmtree(submitted / "cleo")
    outcome = grade(three, resume=True, seed=None)
    assert (outcome.n_repeated, outcome.seed) == (1, "7")
    assert outcome.n_gone == 1
    assert {s: row["Mark"] for s, row in gradebook(three).items()} == dict(
        anna="5", ben="5", dora="5"
    )
    assert grade(three, resume=True).n_repeated == 3


def test_marks_of_an_older_version_are_not_those_of_a_broken_one(three):
    grade(three)
    hand_in(three / "submitted", "anna", content=b"{")
    grade(three, resume=True)
    anna = gradebook(three)["anna"]
    assert (anna["State"], anna["Mark"]) == ("not graded", "0")


def test_a_refused_run_leaves_nothing_that_stops_the_next(three):
    (three / "empty").mkdir()
    with pytest.raises(CourseError, match="is empty"):
        run.grade_class(
            run.Plan(**{**plan_for(three).__dict__, "submissions": three / "empty"}),
            SETS, lambda done, total: None,
        )  # fmt: skip
    assert len(grade(three).lines) == 3


@pytest.mark.parametrize("place", ["out", "feedback"])
def test_nothing_is_written_among_the_submissions(three, place):
    plan = plan_for(three)
    with pytest.raises(CourseError, match="would be taken for one"):
        run.grade_class(
            run.Plan(**{**plan.__dict__, place: three / "submitted" / "x.csv"}), SETS,
            lambda done, total: None,
        )  # fmt: skip


def test_a_run_is_not_begun_over_another(three):
    grade(three)
    with pytest.raises(CourseError, match="Go on with --resume"):
        grade(three)
    with pytest.raises(CourseError, match="begun with --seed '7', not '8'"):
        grade(three, resume=True, seed="8")
    (three / "out" / "gradebook.csv.journal").unlink()
    with pytest.raises(CourseError, match="is there already, and not of this command"):
        grade(three, resume=True)


def test_a_gradebook_that_somebody_wrote_in_is_kept(three):
    grade(three)
    book = three / "out" / "gradebook.csv"
    book.write_bytes(book.read_bytes() + b"a note of the teacher\n")
    outcome = grade(three, resume=True)
    [kept] = (three / "out").glob("gradebook_before_*.csv")
    assert outcome.kept_copy == kept
    assert kept.read_bytes().endswith(b"a note of the teacher\n")
    grade(three, resume=True)
    assert len(list((three / "out").glob("gradebook_before_*.csv"))) == 1


def test_a_corrected_check_grades_its_set_anew(three, monkeypatch):
    grade(three)
    monkeypatch.setattr(run, "fingerprint", lambda one: "another")
    with pytest.raises(CourseError, match="another version of the set"):
        grade(three, resume=True)
    monkeypatch.undo()
    assert grade(three, resume=True).n_repeated == 3


def test_late_work_loses_what_the_set_says(three):
    stamp = three / "submitted" / "anna" / NAME / "timestamp.txt"
    stamp.write_text("2026-11-22 12:00:00 UTC")
    late = ExerciseSet(ONE.folder)
    late.__dict__["grading"] = Grading(late_per_day=0.1)
    sets = [late if one.name == NAME else one for one in SETS]
    grade(three, sets, due=datetime(2026, 11, 20, 12, tzinfo=UTC))
    anna = gradebook(three)["anna"]
    assert (anna["Mark"], anna["Days late"], anna["Lost by lateness"]) == ("4", "2", "1")
    # The due date is kept.
    grade(three, sets, resume=True)
    assert gradebook(three)["anna"]["Days late"] == "2"
    grade(three, sets, resume=True, due=datetime(2026, 11, 21, 12, tzinfo=UTC))
    assert gradebook(three)["anna"]["Days late"] == "1"


def test_pseudonyms_stand_wherever_a_name_would_but_in_the_key(three):
    hand_in(three / "submitted", "dora", content=b"%PDF")
    grade(three, anonymous=True)
    written = outputs(three)
    key = written.pop("gradebook_names.csv").decode("utf-8-sig")
    assert all(name in key for name in ("anna", "ben", "cleo", "dora"))
    for name, content in written.items():
        for student in (b"anna", b"cleo", b"dora"):
            assert student not in name.encode() + content, name
    assert len(rows(three / "out" / "gradebook.csv")) == 4
    grade(three, resume=True)
    assert b"anna" not in (three / "out" / "gradebook.csv").read_bytes()


def test_functions_that_are_alike_are_listed_and_not_marked_down(three):
    def written(y, s, m):
        return {
            "hinge_loss": f"def hinge_loss({y}, {s}):\n    return np.maximum(0, 1 - {s} * {y})",
            "hinge_on_data": right_answers()["hinge_on_data"].replace("margins", m),
        }

    hand_in(three / "submitted", "dora", written("y", "scores", "margins"))
    hand_in(three / "submitted", "emil", written("labels", "t", "m"))
    hand_in(three / "submitted", "fred")
    outcome = grade(three, sandboxed=True)
    # Anna and fred have the public solution, which proves even less.
    assert [[line.student for line in group] for group in outcome.alike] == [["dora", "emil"]]
    assert [line.marks.total for line in outcome.lines] == [5, 0, 0, 5, 5, 5]
    assert "dora, emil" in (three / "out" / "gradebook_report.html").read_text("utf-8")


@pytest.mark.parametrize("place", ["out", "feedback", "submissions"])
def test_nothing_lies_where_students_code_could_read_it(three, place):
    plan = plan_for(three)
    inside = bubblewrap.shown_folders()[-1] / "grades"
    with pytest.raises(CourseError, match="which students' code can read"):
        run.grade_class(
            run.Plan(**{**plan.__dict__, place: inside / "x.csv"}), SETS, lambda done, total: None
        )


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--jobs", "0"), "greater than or equal to 1"), (("--due", "soon"), "give a time such as"),
     (("--jobs", "2", "--scheduler", "tcp://127.0.0.1:1"), "give one of them"),
     (("--unsandboxed", "--scheduler", "tcp://127.0.0.1:1"), "in the sandbox only")],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(three, words, said):
    done = command(three, *words)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert not (three / "out").exists()


def journalled(folder):
    path = folder / "out" / "gradebook.csv.journal"
    if not path.exists():
        return 0
    with sqlite3.connect(path) as database:
        try:
            [count] = database.execute("SELECT COUNT(*) FROM results").fetchone()
        except sqlite3.OperationalError:
            count = 0
    database.close()
    return count


@pytest.fixture(scope="module")
def large_class(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    return make_class(folder / "submitted", 200).parent


@pytest.fixture(scope="module")
def undisturbed(large_class):
    """What a class of 200 comes to when nothing happens."""
    done = command(large_class, "--jobs", "2")
    assert done.returncode == 0, done.stderr
    found = outputs(large_class)
    shutil.rmtree(large_class / "out")
    return found


def test_one_worker_finds_what_two_find(large_class, undisturbed):
    assert command(large_class, "--jobs", "1").returncode == 0
    found = outputs(large_class)
    shutil.rmtree(large_class / "out")
    assert found == undisturbed


def test_killed_at_twenty_moments_it_comes_to_the_same(large_class, undisturbed):
    draw = random.Random(20)
    line = [*COMMAND, "grade", str(large_class / "submitted"), "--jobs", "2", "--seed", "7",
            "--out", str(large_class / "out" / "gradebook.csv"), "--resume",
            "--feedback", str(large_class / "out" / "feedback")]  # fmt: skip
    counts = [0]
    for _ in range(20):
        with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              cwd=find_root()) as process:  # fmt: skip
            # Somewhere before, while or after the next twenty are graded.
            goal, deadline = counts[-1] + draw.randrange(20), time.monotonic() + 60
            while journalled(large_class) < goal and process.poll() is None:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            time.sleep(draw.uniform(0, 0.2))
            family = []
            if process.poll() is None:
                family = psutil.Process(process.pid).children(recursive=True)
            process.kill()
        _, alive = psutil.wait_procs(family, timeout=10)
        assert alive == []
        counts.append(journalled(large_class))
    # Nothing was lost on the way, and it was on the way most of the time.
    assert counts == sorted(counts)
    assert len({count for count in counts if count < 200}) > 5
    done = subprocess.run(line, capture_output=True, text=True, cwd=find_root())
    assert done.returncode == 0, done.stderr
    assert f"{counts[-1]} were graded before" in done.stdout
    found = outputs(large_class)
    shutil.rmtree(large_class / "out")
    assert found == undisturbed


def test_an_ordinary_user_grades_as_root_does(three):
    line = [*COMMAND, "grade", str(three / "submitted"), "--seed", "7"]
    user = ["bwrap", "--unshare-user", "--uid", "1000", "--gid", "1000", "--dev-bind", "/", "/"]
    found = []
    for count, before in enumerate(([], user)):
        out = three / f"{count}"
        words = ["--out", str(out / "g.csv"), "--feedback", str(out / "f")]
        done = subprocess.run([*before, *line, *words], capture_output=True, text=True,
                              cwd=find_root())  # fmt: skip
        assert done.returncode == 0, done.stderr
        found.append((out / "g.csv").read_bytes())
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("mount", "said"),
    [(["--size", "16384", "--tmpfs"], ("No space left", "disk", "full")),
     (["--ro-bind", "/usr/share/doc"], ("read-only", "Read-only"))],
)  # fmt: skip
def test_a_disk_that_is_full_or_read_only_is_said_and_loses_nothing(three, mount, said):
    out = three / "small"
    out.mkdir()
    line = [*COMMAND, "grade", str(three / "submitted"), "--out", str(out / "g.csv"),
            "--feedback", str(out / "f"), "--unsandboxed", "--jobs", "1"]  # fmt: skip
    cramped = ["bwrap", "--dev-bind", "/", "/", *mount, str(out)]
    done = subprocess.run([*cramped, *line], capture_output=True, text=True, cwd=find_root())
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert any(words in done.stderr for words in said), done.stderr


def test_a_disk_that_fills_up_keeps_what_was_graded(three, monkeypatch):
    """The third result finds no room; after some is made, only it is graded."""
    write = run.Journal.write
    room = [2]

    def write_while_there_is_room(self, result):
        if not room[0]:
            self._database.execute("PRAGMA max_page_count = 1")
            result = result._replace(record={**result.record, "problem": "x" * 10**6})
        room[0] -= 1
        write(self, result)

    monkeypatch.setattr(run.Journal, "write", write_while_there_is_room)
    with pytest.raises(CourseError, match=r"database or disk is full.* --resume"):
        grade(three)
    assert not (three / "out" / "gradebook.csv").exists()
    monkeypatch.undo()
    assert grade(three, resume=True).n_repeated == 2
    assert len(gradebook(three)) == 3


def test_a_cluster_finds_the_same_though_a_worker_is_killed(large_class, undisturbed):
    script = """
import os, signal, subprocess, sys, threading, time
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None,
                      silence_logs=50) as cluster:
        victim = next(iter(cluster.workers.values())).pid
        command = [*sys.argv[1:], "--scheduler", cluster.scheduler_address]
        with subprocess.Popen(command) as grading:
            time.sleep(5)
            print("running", grading.poll() is None)
            os.kill(victim, signal.SIGKILL)
        sys.exit(grading.returncode)
"""
    path = large_class / "cluster.py"
    path.write_text(script)
    line = [*COMMAND, "grade", str(large_class / "submitted"), "--seed", "7",
            "--out", str(large_class / "out" / "gradebook.csv"),
            "--feedback", str(large_class / "out" / "feedback")]  # fmt: skip
    done = subprocess.run([sys.executable, str(path), *line], capture_output=True, text=True,
                          cwd=find_root())  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "running True" in done.stdout
    found = outputs(large_class)
    shutil.rmtree(large_class / "out")
    assert found == undisturbed


def test_workers_without_a_sandbox_refuse(three):
    script = """
import subprocess, sys
from distributed import LocalCluster, Nanny
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50,
                      env={"PATH": "/nowhere"}) as cluster:
        command = [*sys.argv[1:], "--scheduler", cluster.scheduler_address]
        sys.exit(subprocess.run(command).returncode)
"""
    path = three / "cluster.py"
    path.write_text(script)
    line = [*COMMAND, "grade", str(three / "submitted"), "--out", str(three / "g.csv"),
            "--feedback", str(three / "f")]  # fmt: skip
    done = subprocess.run([sys.executable, str(path), *line], capture_output=True, text=True,
                          cwd=find_root())  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "bubblewrap is not installed on" in " ".join(done.stderr.split())
    assert not (three / "g.csv").exists()


def test_a_scheduler_that_is_not_there_is_said(three):
    nowhere = plan_for(three, scheduler="tcp://127.0.0.1:1", sandboxed=True)
    with pytest.raises(CourseError, match=r"no scheduler at|needs Dask"):
        run.grade_class(nowhere, SETS, lambda done, total: None)


def test_a_sandbox_that_was_killed_is_started_again():
    cells = [sandbox.Cell("cell 1", "def f(x):\n    return x")]
    with sandbox.Sandbox() as box:
        assert box.extract(cells, {"f": True}, 10.0)["f"].answer.program
        box._process.kill()
        box._process.wait()
        assert box.extract(cells, {"f": True}, 10.0)["f"].answer.program
