"""Tracks and their slides follow from the lessons; a plan that does not add up is refused."""

import json
import re
import shutil
from html import escape
from itertools import pairwise
from pathlib import Path

import pytest

from coursekit.course.errors import CourseError
from coursekit.course.polls import polls
from coursekit.course.root import find_root
from coursekit.course.workshop.sections import TAGS, first_line, sections, summary, text
from coursekit.course.workshop.slides import clock, html, slides
from coursekit.course.workshop.tracks import PLAN, find_track, tracks

ROOT = find_root(Path(__file__).parent)
TRACKS = tracks(ROOT)
MINUTES = {"90min": 90, "half-day": 210, "day": 390}


def test_the_three_tracks_last_as_long_as_they_promise():
    assert {track.name: track.minutes for track in TRACKS} == MINUTES


@pytest.mark.parametrize("track", TRACKS, ids=lambda track: track.name)
def test_an_agenda_fills_its_time_without_gaps(track):
    assert track.agenda[0].start == 0
    for before, after in pairwise(track.agenda):
        assert before.start + before.minutes == after.start
    last = track.agenda[-1]
    assert last.start + last.minutes == track.minutes


@pytest.mark.parametrize("track", TRACKS, ids=lambda track: track.name)
def test_what_a_lesson_builds_on_was_met_or_is_recalled_before(track):
    met = set()
    for visit in track.visits:
        recalled = {lesson.number for lesson in visit.recalls}
        assert set(visit.lesson.builds_on) <= met | recalled
        assert not recalled & {one.lesson.number for one in track.visits}
        met |= recalled | {visit.lesson.number}


def test_left_out_lessons_are_recalled_by_their_own_words():
    found = {
        track.name: [lesson.number for visit in track.visits for lesson in visit.recalls]
        for track in TRACKS
    }
    assert found == {"90min": ["10"], "half-day": [], "day": ["16"]}
    ninety = find_track("90min", TRACKS)
    (recalled,) = [lesson for visit in ninety.visits for lesson in visit.recalls]
    assert summary(recalled).startswith(f"- {first_line(recalled)}\n- ")
    (slide,) = [slide for slide in slides(ninety) if "Recall 10" in slide.words]
    assert html(recalled.question) in slide.words
    assert html(first_line(recalled)) in slide.words


@pytest.mark.parametrize("track", TRACKS, ids=lambda track: track.name)
def test_every_visit_has_polls_a_core_path_and_a_summary(track):
    for visit in track.visits:
        assert {"predict", "idea", "summary"} <= set(visit.minutes)
        for section in visit.sections:
            if section.tag not in ("predict", "summary"):
                # More than a slide a minute is a film.
                count, where = len(section.slides), (visit.lesson.title, section.tag)
                assert 1 <= count <= visit.minutes[section.tag], where
        # A minute alone, one with a neighbour, one to vote again.
        assert 1 <= len(polls(visit.lesson)) <= visit.minutes["predict"] / 3


@pytest.mark.parametrize("track", TRACKS, ids=lambda track: track.name)
def test_slides_say_what_the_lessons_say(track):
    made = slides(track, 9 * 60)
    shown = "".join(slide.words for slide in made)
    notes = "".join(slide.notes for slide in made)
    for visit in track.visits:
        assert visit.lesson.title in re.sub("<[^>]*>", "", shown)
        for poll in polls(visit.lesson):
            assert all(html(option)[3:-5] in shown for option in poll.options.values())
            assert html(poll.answer) in notes
        for section in visit.sections:
            for cells, besides in section.slides:
                words = [text(c) for c in cells if c["cell_type"] == "markdown"]
                assert all(html(one) in shown for one in words)
                more = [text(c) for c in besides if c["cell_type"] == "markdown"]
                assert all(html(one).strip() in notes for one in more[:1])
    for item in track.agenda:
        begin = 9 * 60 + item.start
        assert f"{clock(begin)} to {clock(begin + item.minutes)}: {escape(item.title)}" in notes
    assert shown.count("<img") == notes.count("<img") == 0
    pictures = [slide.picture for slide in made if slide.picture]
    assert len(pictures) >= 8
    assert all(re.match(r'<img alt="[^"]+', picture) for picture in pictures)


@pytest.mark.parametrize("track", TRACKS, ids=lambda track: track.name)
def test_the_last_slide_sums_up_and_points_on(track):
    last = slides(track)[-1].words
    assert last.count("<li>") == len(track.visits)
    for visit in track.visits:
        assert html(first_line(visit.lesson))[3:-5] in last
    assert track.then.number > track.visits[-1].lesson.number
    assert track.then.title in last


def test_notes_tell_where_people_stumble():
    made = slides(find_track("90min", TRACKS))
    (lesson,) = [
        slide
        for slide in made
        if "How L1 and L2 update a weight" in slide.words and slide.kind == "title"
    ]
    stumbles = lesson.notes.split("<li>")[1:]
    assert len(stumbles) == 4
    assert "Adam cures it" in stumbles[1]
    assert "false" in stumbles[1]
    (tasks,) = [slide for slide in made if "l1_step" in slide.words]
    assert tasks.notes.count("<li>") >= 3


@pytest.fixture
def course(tmp_path):
    """The course with lessons that can be changed."""
    for name in ("docs", "lessons"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "exercises").symlink_to(ROOT / "exercises")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def change_plan(course, old, new):
    plan = (course / PLAN).read_text("utf-8")
    assert plan.count(old) >= 1
    (course / PLAN).write_text(plan.replace(old, new, 1), "utf-8")


def change_room(course, **changes):
    (path,) = (course / "lessons").glob("12_*.ipynb")
    notebook = json.loads(path.read_text("utf-8"))
    room = notebook["metadata"]["coursekit"]["room"]
    for track, value in changes.items():
        room[track] |= value
    path.write_text(json.dumps(notebook), "utf-8")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("minutes = 90", "minutes = 91", "'90min' has 91 minutes; its parts need 90"),
        ('["01", "11", "12"]', '["01", "12", "11"]', "lesson 12 builds on a later one, 11"),
        ('["01", "11", "12"]', '["01", "11", "99"]', "names lesson '99', which does not exist"),
        ('["01", "11", "12"]', '["01", "11", "02"]', "02_.* says nothing of track '90min'"),
        ("[90min]", "[90min", "tracks.toml cannot be read"),
        ('title = "Why', 'heading = "Why', "track '90min': 'title' is missing"),
    ],
)
def test_a_plan_that_does_not_hold_is_refused(course, old, new, reason):
    change_plan(course, old, new)
    with pytest.raises(CourseError, match=reason):
        tracks(course)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"day": {"idea": 5}}, "'day' has 390 minutes; its parts need 391"),
        ({"day": {"idea": 0}}, "room minutes 'idea': 0 mean nothing"),
        ({"day": {"games": 3}}, "room minutes 'games': 3 mean nothing"),
        ({"day": {"tasks": ["l1_stop"]}}, "unknown task 'l1_stop'"),
    ],
)
def test_minutes_that_do_not_hold_are_refused(course, change, reason):
    change_room(course, **change)
    with pytest.raises(CourseError, match=reason):
        tracks(course)


def test_an_unknown_track_names_the_nearest():
    with pytest.raises(CourseError, match="unknown track 'halfday'; did you mean 'half-day'"):
        find_track("halfday", TRACKS)


def test_the_core_path_begins_with_a_slide_in_every_lesson():
    for track in TRACKS:
        for visit in track.visits:
            for section in sections(visit.lesson):
                kinds = [
                    cell["metadata"]["slideshow"]["slide_type"]
                    for cell in section.cells
                    if "slideshow" in cell["metadata"]
                ]
                assert section.tag in TAGS
                assert set(kinds) <= {"slide", "fragment"}
                assert kinds[:1] in ([], ["slide"])
