"""Submissions are found in every layout, and what cannot be read is said, not crashed on."""

import json
import os
import zipfile
from datetime import UTC, datetime

import pytest
from grading_helpers import NAME, SETS, hand_in, notebook, right_answers

from coursekit.course.errors import CourseError
from coursekit.course.grading import places
from coursekit.course.grading.places import printable_name
from coursekit.course.grading.submissions import find, normal

BYTES = json.dumps(notebook({})).encode()


def write(folder, **files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def seen(folder):
    return [(one.student, one.exercises, one.problem) for one in find(folder, SETS)]


def problem_of(folder):
    [one] = find(folder, SETS)
    return one.problem


@pytest.mark.parametrize(
    ("place", "student"),
    [
        ("anna/05_two_classes/exercise.ipynb", "anna"),
        ("anna/05/anything.ipynb", "anna"),
        ("anna/homework/exercise.ipynb", "anna"),
        ("anna/exercise.ipynb", "anna"),
        ("anna.ipynb", "anna"),
        ("Anna Bell_123456_assignsubmission_file_/exercise.ipynb", "Anna Bell"),
        ("Anna Bell_123456_assignsubmission_file_exercise.ipynb", "Anna Bell"),
        ("bellanna_12345_67890_exercise.ipynb", "bellanna"),
        ("bellanna_LATE_12345_67890_exercise-1.ipynb", "bellanna"),
    ],
)
def test_every_layout_tells_student_and_set(tmp_path, place, student):
    assert seen(write(tmp_path, **{place: BYTES})) == [(student, NAME, "")]


def test_numbers_of_the_lms_and_lateness_are_in_the_names(tmp_path):
    files = {"bellanna_LATE_12_67_x.ipynb": BYTES, "Bo Ek_99_assignsubmission_file_x.ipynb": BYTES}
    bo, anna = find(write(tmp_path, **files), SETS)
    assert (anna.student, anna.lms_id, anna.is_late) == ("bellanna", "12", True)
    assert (bo.student, bo.lms_id, bo.is_late) == ("Bo Ek", "99", False)


def test_an_archive_is_read_as_its_folder_would_be(tmp_path):
    folder = tmp_path / "class"
    hand_in(folder, "anna")
    hand_in(folder, "ben", {})
    for wrapped in (True, False):
        archive = tmp_path / f"{wrapped}" / "class.zip"
        archive.parent.mkdir()
        with zipfile.ZipFile(archive, "w") as file:
            for path in sorted(folder.rglob("*.ipynb")):
                file.write(path, path.relative_to(tmp_path if wrapped else folder))
        assert seen(archive) == seen(folder) == [("anna", NAME, ""), ("ben", NAME, "")]
        assert find(archive, SETS)[0].cells == find(folder, SETS)[0].cells


def test_a_copy_in_a_notebook_without_metadata_is_known_by_its_answers(tmp_path):
    filled = notebook(right_answers())
    cells = [{"cell_type": "code", "source": cell["source"]} for cell in filled["cells"]]
    content = json.dumps({"cells": cells, "metadata": {}}).encode()
    assert seen(write(tmp_path, **{"anna.ipynb": content})) == [("anna", NAME, "")]


def test_the_teachers_folder_counts_for_more_than_the_students_metadata(tmp_path):
    liar = notebook({})
    liar["metadata"]["coursekit"]["exercises"] = "11_updates"
    content = json.dumps(liar).encode()
    assert seen(write(tmp_path, **{"anna/05/x.ipynb": content})) == [("anna", NAME, "")]
    assert seen(write(tmp_path / "flat", **{"anna.ipynb": content}))[0][1] == "11_updates"


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b"\xef\xbb\xbf" + b,
        lambda b: b.replace(b"\n", b"\r\n"),
        lambda b: b.decode().encode("utf-16"),
    ],
)
def test_byte_order_marks_line_ends_and_encodings_do_no_harm(tmp_path, change):
    content = json.dumps(notebook(right_answers()), indent=1).encode()
    write(tmp_path, **{"anna.ipynb": change(content)})
    [one] = find(tmp_path, SETS)
    assert (one.problem, one.exercises, len(one.cells) > 5) == ("", NAME, True)


def test_a_notebook_of_format_3_is_read(tmp_path):
    cells = notebook(right_answers())["cells"]
    old = [{"cell_type": "code", "input": c["source"]} for c in cells if c["cell_type"] == "code"]
    content = json.dumps({"worksheets": [{"cells": old}], "nbformat": 3, "metadata": {}}).encode()
    [one] = find(write(tmp_path, **{"anna/05/old.ipynb": content}), SETS)
    assert one.problem == ""
    assert any("def hinge_loss" in cell.source for cell in one.cells)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 ...", "is not a notebook but a PDF"),
        (b"PK\x03\x04...", "is not a notebook but an archive"),
        (b"<!doctype html>", "is not a notebook but a web page"),
        (b"{", "does not hold JSON"),
        (b"\xff\xfe\x00", "does not hold JSON"),
        (b"[" * 200_000, "does not hold JSON"),
        (b"[]", "no list of cells"),
        (b'{"cells": {}}', "no list of cells"),
        (b'{"cells": [1]}', "a cell is int"),
        (b'{"cells": [], "metadata": 3}', "metadata are no dictionary"),
        (b'{"cells": []}', "unknown exercise set"),
    ],
)
def test_what_cannot_be_read_is_said_with_the_name(tmp_path, content, words):
    assert words in problem_of(write(tmp_path, **{"anna/essay/x.ipynb": content}))


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "MAX_BYTES", 1000)
    assert "larger than" in problem_of(write(tmp_path, **{"anna.ipynb": BYTES}))


def test_links_and_pipes_are_neither_followed_nor_waited_for(tmp_path):
    hand_in(tmp_path, "anna")
    (tmp_path / "ben.ipynb").symlink_to(tmp_path / "anna" / NAME / "exercise.ipynb")
    (tmp_path / "cleo").symlink_to(tmp_path / "anna")
    os.mkfifo(tmp_path / "dora.ipynb")
    problems = {student: problem for student, _, problem in seen(tmp_path)}
    assert problems["anna"] == ""
    assert problems["ben"] == problems["cleo"] == "it is a link; links are not followed"
    assert problems["dora"] == "it is not a file"


def test_two_notebooks_of_one_student_are_told_apart_or_reported(tmp_path):
    usual = write(tmp_path / "1", **{"anna/05/exercise.ipynb": BYTES, "anna/05/draft.ipynb": BYTES})
    [one] = find(usual, SETS)
    assert (one.problem, "only 'exercise.ipynb' is graded" in one.remark) == ("", True)
    last = write(tmp_path / "2", **{"bell_1_5_exercise.ipynb": BYTES, "bell_1_9_new.ipynb": BYTES})
    [one] = find(last, SETS)
    assert (one.problem, "only 'bell_1_9_new.ipynb'" in one.remark) == ("", True)
    unclear = write(tmp_path / "3", **{"anna/05/a.ipynb": BYTES, "anna/05/b.ipynb": BYTES})
    assert "no telling which counts: 'a.ipynb', 'b.ipynb'" in problem_of(unclear)
    many = write(tmp_path / "4", **{f"anna/05/{i}.ipynb": BYTES for i in range(30)})
    assert "30 notebooks at one place" in problem_of(many)


def test_two_sets_of_one_student_are_two_submissions(tmp_path):
    other = json.dumps(notebook({}, "11_updates")).encode()
    write(tmp_path, **{"anna/a.ipynb": BYTES, "anna/b.ipynb": other})
    assert seen(tmp_path) == [("anna", NAME, ""), ("anna", "11_updates", "")]


def test_names_that_differ_by_case_or_spelling_only_are_pointed_out(tmp_path):
    write(tmp_path, **{"Åsa.ipynb": BYTES, "a\u030asa.ipynb": BYTES, "ben.ipynb": BYTES})
    remarks = {one.student: one.remark for one in find(tmp_path, SETS)}
    assert remarks["ben"] == ""
    assert remarks["Åsa"].startswith("name like")


def test_a_folder_without_a_notebook_is_accounted_for(tmp_path):
    write(tmp_path, **{"anna/05/report.pdf": b"%PDF", "ben/05/x.ipynb": BYTES, ".git/x": b""})
    assert seen(tmp_path) == [
        ("anna", NAME, "no notebook: anna/05/report.pdf"),
        ("ben", NAME, ""),
    ]


@pytest.mark.parametrize(
    ("files", "words"),
    [({}, "is empty; expected"), ({"a.txt": b"", "b.csv": b""}, "but 2 other files")],
)
def test_a_folder_of_nothing_or_of_other_things_is_refused(tmp_path, files, words):
    with pytest.raises(CourseError, match=words):
        find(write(tmp_path, **files), SETS)


@pytest.mark.parametrize(
    ("name", "words"), [("no", "not there"), ("a.txt", "neither a folder nor")]
)
def test_what_is_no_place_is_refused(tmp_path, name, words):
    write(tmp_path, **{"a.txt": b"x"})
    with pytest.raises(CourseError, match=words):
        find(tmp_path / name, SETS)


def test_paths_out_of_an_archive_links_and_doubles_are_reported(tmp_path):
    archive = tmp_path / "class.zip"
    link = zipfile.ZipInfo("linus/05/x.ipynb")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("../evil/05/x.ipynb", "/etc/05/x.ipynb", "c\\d.ipynb"):
            file.writestr(name, BYTES)
        file.writestr(link, "/etc/passwd")
        file.writestr("anna/05/exercise.ipynb", BYTES)
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("anna/05/exercise.ipynb", BYTES)
    problems = {student: problem for student, _, problem in seen(archive)}
    assert problems["(..)"] == problems["etc"] == "its path leads out of the archive"
    assert problems["linus"] == "it is a link; links are not followed"
    assert len(problems) == 5


@pytest.mark.parametrize(
    ("stamp", "hour"),
    [("2026-11-21 15:58:23.948203 UTC", 15), ("2026-11-21 15:58:23.9 Europe/Rome", 14),
     ("2026-11-21 15:58:23+02:00", 13)],
)  # fmt: skip
def test_nbgraders_time_stamps_are_understood(tmp_path, stamp, hour):
    path = hand_in(tmp_path, "anna")
    path.with_name("timestamp.txt").write_text(stamp)
    [one] = find(tmp_path, SETS)
    assert one.handed_in.astimezone(UTC).replace(minute=0, second=0, microsecond=0) == datetime(
        2026, 11, 21, hour, tzinfo=UTC
    )


def test_a_senseless_time_stamp_is_no_time(tmp_path):
    path = hand_in(tmp_path, "anna")
    path.with_name("timestamp.txt").write_text("yesterday, I think")
    assert find(tmp_path, SETS)[0].handed_in is None


def test_names_become_text_that_steers_no_terminal():
    assert printable_name("Zoë") == "Zoë"
    for odd, shown in (("a\x1b[2J\nb", "a\\x1b[2J\\x0ab"), (os.fsdecode(b"b\xf6se"), "b\\xdcf6se")):
        assert printable_name(odd).startswith(f"{shown} [")
        assert printable_name(odd) != printable_name(shown) == shown
    assert normal("  Anna  BELL ") == normal("anna bell")


def test_folders_are_not_followed_for_ever(tmp_path):
    deep = tmp_path / "/".join("abcdefghij"[: places.MAX_DEPTH + 2])
    deep.mkdir(parents=True)
    (deep / "x.ipynb").write_bytes(BYTES)
    hand_in(tmp_path, "zoe")
    assert "deep are not read" in seen(tmp_path)[0][2]


def test_students_of_one_name_are_told_apart_by_the_numbers_of_the_lms(tmp_path):
    write(
        tmp_path,
        **{
            "bellanna_111_9001_exercise.ipynb": BYTES,
            "bellanna_222_9002_exercise.ipynb": BYTES,
            "Participant_5_assignsubmission_file_/x.ipynb": BYTES,
            "Participant_6_assignsubmission_file_/x.ipynb": BYTES,
            "Bo Ek_7_assignsubmission_file_/x.ipynb": BYTES,
        },
    )
    assert [one.student for one in find(tmp_path, SETS)] == [
        "Bo Ek", "Participant (5)", "Participant (6)", "bellanna (111)", "bellanna (222)",
    ]  # fmt: skip


def test_a_class_one_folder_further_down_is_asked_about(tmp_path):
    hand_in(tmp_path / "all" / "Class 2026", "anna", exercises=NAME)
    write(tmp_path / "all", **{"Class 2026/ben/homework/x.ipynb": BYTES})
    with pytest.raises(CourseError, match=r"did you mean '.*Class 2026'"):
        find(tmp_path / "all", SETS)
    assert len(find(tmp_path / "all" / "Class 2026", SETS)) == 2
    # An archive cannot be entered, so the folder in it is left out.
    archive = tmp_path / "download.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in (tmp_path / "all").rglob("*.ipynb"):
            file.write(path, path.relative_to(tmp_path / "all"))
    assert [one.student for one in find(archive, SETS)] == ["anna", "ben"]
    flat = tmp_path / "class.zip"
    with zipfile.ZipFile(flat, "w") as file:
        file.writestr("class/anna.ipynb", BYTES)
        file.writestr("class/ben.ipynb", BYTES)
    assert [one.student for one in find(flat, SETS)] == ["anna", "ben"]
    # One student with two sets is a class as well.
    one = tmp_path / "one"
    hand_in(one, "anna")
    hand_in(one, "anna", {}, exercises="11_updates")
    assert len(find(one, SETS)) == 2


def test_a_notebook_of_another_set_is_pointed_out(tmp_path):
    other = json.dumps(notebook(right_answers("11_updates"), "11_updates")).encode()
    [one] = find(write(tmp_path, **{"anna/05/x.ipynb": other}), SETS)
    assert (one.exercises, one.remark) == (NAME, f"nothing in it is of {NAME}")
