"""The working copy: what is handed out, and that nothing of the learner's is ever lost."""

import json
import os

import pytest
from course_helpers import make_course, write_notebook

from coursekit.course import files, workspace
from coursekit.course.errors import CourseError

LESSON = "lessons/11_updates.ipynb"
EXERCISE = "exercises/11_updates/exercise.ipynb"


@pytest.fixture
def root(tmp_path):
    return make_course(tmp_path)


@pytest.fixture
def copy(root):
    workspace.update(root)
    return root / "my-course"


def names(copy):
    return sorted(p.relative_to(copy).as_posix() for p in copy.rglob("*") if p.is_file())


def test_hands_out_lessons_and_exercises_but_no_answers(root, copy):
    assert names(copy) == [".coursekit.json", ".gitignore", EXERCISE, LESSON]
    assert (copy / LESSON).read_bytes() == (root / LESSON).read_bytes()
    assert (copy / ".gitignore").read_text() == "*\n"


def test_a_second_update_changes_nothing(root, copy):
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*")}
    assert workspace.update(root) == workspace.Changes()
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*")} == before


def test_an_untouched_file_follows_the_original(root, copy):
    (root / LESSON).write_text("newer")
    assert workspace.update(root).updated == [LESSON]
    assert (copy / LESSON).read_text() == "newer"


def test_a_changed_file_stays_and_the_newer_one_lies_beside_it_once(root, copy):
    (copy / LESSON).write_text("mine")
    assert workspace.update(root) == workspace.Changes()
    (root / LESSON).write_text("newer")
    assert workspace.update(root).beside == ["lessons/11_updates.new.ipynb"]
    assert (copy / LESSON).read_text() == "mine"
    assert (copy / "lessons/11_updates.new.ipynb").read_text() == "newer"
    assert workspace.update(root) == workspace.Changes()


def test_an_untouched_offer_is_replaced_and_a_changed_one_is_kept(root, copy):
    (copy / LESSON).write_text("mine")
    for version in ("second", "third"):
        (root / LESSON).write_text(version)
        workspace.update(root)
    offer = copy / "lessons/11_updates.new.ipynb"
    assert offer.read_text() == "third"
    offer.write_text("mine too")
    (root / LESSON).write_text("fourth")
    assert workspace.update(root).beside == ["lessons/11_updates.new-2.ipynb"]
    assert offer.read_text() == "mine too"


def test_a_file_that_was_deleted_comes_back(root, copy):
    (copy / LESSON).unlink()
    assert workspace.update(root).made == [LESSON]


@pytest.mark.parametrize("ledger", ["", "[1]", "{", None])
def test_without_a_ledger_a_changed_file_still_stays(root, copy, ledger):
    if ledger is None:
        (copy / ".coursekit.json").unlink()
    else:
        (copy / ".coursekit.json").write_text(ledger)
    (copy / LESSON).write_text("mine")
    assert workspace.update(root).beside == ["lessons/11_updates.new.ipynb"]
    assert (copy / LESSON).read_text() == "mine"


def test_an_interruption_leaves_whole_files(root, copy, monkeypatch):
    (root / EXERCISE).write_text("newer")
    (root / LESSON).write_text("newer")
    count = iter(range(10))

    def interrupted(source, target):
        if next(count) == 2:
            raise KeyboardInterrupt
        os.rename(source, target)

    monkeypatch.setattr(files.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        workspace.update(root)
    monkeypatch.undo()
    assert names(copy) == [".coursekit.json", ".gitignore", EXERCISE, LESSON]
    assert (copy / EXERCISE).read_text() == "newer"
    assert json.loads((copy / LESSON).read_text())["cells"]
    workspace.update(root)
    assert (copy / LESSON).read_text() == "newer"
    assert len(names(copy)) == 4


def test_no_right_to_write_is_said_in_one_line(root):
    (root / "my-course").write_text("a file where the folder should be")
    with pytest.raises(CourseError, match=r"^cannot write '.*my-course.*': \w"):
        workspace.update(root)


@pytest.mark.parametrize("name", ["11", "11_updates", EXERCISE])
def test_reset_restores_and_keeps_a_copy(root, copy, name):
    (copy / EXERCISE).write_text("mine")
    restored, kept = workspace.reset(root, name)
    assert restored == copy / EXERCISE
    assert restored.read_bytes() == (root / EXERCISE).read_bytes()
    assert kept.read_text() == "mine"
    assert kept.name.startswith("exercise.kept-2")


def test_reset_twice_within_a_second_keeps_both(root, copy):
    kept = []
    for text in ("first", "second", "third"):
        (copy / EXERCISE).write_text(text)
        kept.append(workspace.reset(root, "11")[1])
    assert [path.read_text() for path in kept] == ["first", "second", "third"]


def test_reset_takes_paths_of_the_current_folder(root, copy, monkeypatch):
    monkeypatch.chdir(copy / "lessons")
    assert workspace.reset(root, "11_updates.ipynb") == (copy / LESSON, None)
    monkeypatch.chdir(copy / "exercises")
    assert workspace.reset(root, "11_updates") == (copy / EXERCISE, None)


def test_reset_brings_the_newest_version(root, copy):
    (copy / LESSON).write_text("mine")
    (root / LESSON).write_text("newer")
    workspace.reset(root, "11", lesson=True)
    assert (copy / LESSON).read_text() == "newer"
    assert workspace.update(root) == workspace.Changes()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("11_update", "unknown exercise set '11_update'; did you mean '11_updates'?"),
        ("seven", "unknown exercise set 'seven'; known: 11_updates"),
        ("", "unknown exercise set ''; known: 11_updates"),
        ("exercises/11_updates/solution.ipynb", "unknown exercise set"),
    ],
)
def test_reset_of_an_unknown_name(root, copy, name, message):
    with pytest.raises(CourseError) as error:
        workspace.reset(root, name)
    assert str(error.value).startswith(message)


def test_data_of_lessons_is_handed_out_but_caches_are_not(root):
    write_notebook(root / "lessons" / ".ipynb_checkpoints" / "11_updates.ipynb")
    (root / "lessons" / "data").mkdir()
    (root / "lessons" / "data" / "rows.csv").write_text("1,2\n")
    assert list(workspace.originals(root)) == [EXERCISE, LESSON, "lessons/data/rows.csv"]
