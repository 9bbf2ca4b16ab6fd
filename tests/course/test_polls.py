"""The poll bank is drawn from the lessons, whole and in step with them."""

import json
import re
from collections import Counter

import pytest

from coursekit.course.catalogue import lessons
from coursekit.course.errors import CourseError
from coursekit.course.polls import page, polls, write
from coursekit.course.root import find_root

ROOT = find_root()
LESSONS = lessons(ROOT)
ALL = [poll for lesson in LESSONS for poll in polls(lesson)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_every_lesson_has_a_poll(lesson):
    found = polls(lesson)
    assert found
    for poll in found:
        assert list(poll.options) == list("abc")[: len(poll.options)]
        assert len(poll.options) >= 2
        assert poll.answer.startswith(f"({poll.right})")
        assert len(poll.answer) > 20
        assert not re.search(r"\([a-c]\)|Write your", poll.question)
        assert all(option and len(option) < 200 for option in poll.options.values())


def test_no_letter_is_a_safe_guess():
    right = Counter(poll.right for poll in ALL)
    assert max(right.values()) < len(ALL) / 2
    assert min(right[letter] for letter in "abc") > len(ALL) / 5


def test_the_bank_is_what_the_lessons_say_now(tmp_path):
    bank = ROOT / "exercises" / "polls.md"
    assert bank.read_text(encoding="utf-8") == page(ALL)
    assert write(ALL, bank) is False
    assert write(ALL[1:], tmp_path / "polls.md") is True
    assert (tmp_path / "polls.md").read_bytes() != bank.read_bytes()


def test_what_is_no_file_is_left_alone(tmp_path):
    with pytest.raises(CourseError, match="it is not a file"):
        write(ALL, tmp_path)


def lesson_with(tmp_path, opening, end):
    cells = [("# 01 · A lesson\n\n*A question?*", []), (opening, ["predict"]), (end, ["summary"])]
    notebook = {
        "cells": [
            {"cell_type": "markdown", "metadata": {"tags": tags}, "source": text}
            for text, tags in cells
        ],
        "metadata": {"coursekit": {"minutes": 9}},
    }
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "01_one.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return lessons(tmp_path)[0]


TWO = """## Predict first

A coin is thrown.

1. What comes up?
   - (a) heads,
   - (b) either.
2. And twice?
   - (a) as before, (b) the other side.

Write your answers down."""


def test_questions_options_and_answers_are_told_apart(tmp_path):
    end = (
        "## Summary\n\n**Back to the prediction.** 1: (b), it is fair. Not (a). 2: (a). It forgets."
    )
    first, second = polls(lesson_with(tmp_path, TWO, end + "\n\nMore.\n\n**Further reading**"))
    assert (first.name, first.context, first.question) == (
        *("01.1", "A coin is thrown.", "What comes up?"),
    )
    assert (first.options, first.right) == ({"a": "heads", "b": "either"}, "b")
    assert first.answer == "(b), it is fair. Not (a)."
    assert (second.question, second.right) == ("And twice?", "a")
    assert second.options == {"a": "as before", "b": "the other side"}
    assert second.answer == "(a). It forgets."


def test_a_list_within_a_question_is_no_list_of_questions(tmp_path):
    ways = "Two ways:\n\n1. left,\n2. right.\n\nWhich?"
    opening = f"## Predict first\n\n{ways}\n\n- (a) one\n- (b) two\n\nWhy?"
    [poll] = polls(lesson_with(tmp_path, opening, "**Back to the prediction.** (b). So it is."))
    assert poll.question == f"{ways}\n\nWhy?"
    assert (poll.options, poll.right) == ({"a": "one", "b": "two"}, "b")


@pytest.mark.parametrize("end", ["**Back to the prediction.** 1: (b). So. 2: (c). No.", "The end."])
def test_an_answer_that_is_missing_is_said(tmp_path, end):
    with pytest.raises(CourseError, match=r"01_one.ipynb: question . has the options a, b; after"):
        polls(lesson_with(tmp_path, TWO, end))
