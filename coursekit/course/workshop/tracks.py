"""Tracks for a room, and their agenda: minutes come from the lessons, none is typed twice.

docs/tracks.toml names the lessons of each track, its breaks and its length. How many minutes a
section takes in a track, and which tasks are done there, a lesson says in its own metadata,
`coursekit.room`; a section without minutes is left to the participants. What a task takes, its
checks say.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ..catalogue import Lesson, lessons, read_notebook
from ..errors import CourseError
from ..exercises.sets import ExerciseSet, all_sets, unknown
from ..exercises.tasks import Task
from .sections import Section, sections

PLAN = Path("docs") / "tracks.toml"
# What participants are told at the start.
WELCOME = (
    "Vote before you know, and write your letter down. To open the notebooks of this workshop: "
    "`python -m uv run coursekit lab`. To know whether an answer is right: run the check below it, "
    "or `python -m uv run coursekit check` and the number of the lesson."
)
PARTS = ("title", "minutes", "opening", "recall", "closing", "visits", "breaks")


@dataclass(frozen=True)
class Visit:
    """A lesson as a track visits it: minutes by section, tasks by name, lessons to recall first."""

    lesson: Lesson
    minutes: Mapping[str, int]
    tasks: tuple[str, ...]
    recalls: tuple[Lesson, ...]
    exercises: ExerciseSet | None

    @cached_property
    def all(self) -> list[Section]:
        """All sections of the lesson."""
        return sections(self.lesson)

    @property
    def sections(self) -> list[Section]:
        """The sections that the track has time for, in the order of the lesson."""
        return [one for one in self.all if one.tag in self.minutes]

    @property
    def chosen(self) -> dict[str, Task]:
        """The tasks that are done in the room, by the headings above them."""
        if self.exercises is None:
            return {}
        headings = self.exercises.headings
        return {headings[t.name]: t for t in self.exercises.tasks if t.name in self.tasks}


@dataclass(frozen=True)
class Item:
    """A line of the agenda: how long, what it is, and when it begins, in minutes from the start."""

    minutes: int
    kind: str
    title: str
    visit: Visit | None = None
    recalled: Lesson | None = None
    start: int = 0


@dataclass(frozen=True)
class Track:
    """What a room does in the time it has."""

    name: str
    title: str
    minutes: int
    opening: int
    recall: int
    closing: int
    visits: tuple[Visit, ...]
    then: Lesson | None = None
    breaks: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def agenda(self) -> list[Item]:
        """All that happens, one after the other."""
        items: list[Item] = []
        clock = 0
        for item in self._items():
            items.append(replace(item, start=clock))
            clock += item.minutes
        return items

    def _items(self) -> Iterator[Item]:
        yield Item(self.opening, "opening", "Welcome, and the room is ready")
        for visit in self.visits:
            for lesson in visit.recalls:
                yield Item(self.recall, "recall", f"Recall {lesson.title}", visit, lesson)
            # The summary answers polls and tasks, so it comes after them.
            *most, last = visit.sections
            for one in most:
                yield Item(visit.minutes[one.tag], one.tag, one.heading, visit)
            if chosen := visit.chosen:
                minutes = sum(task.minutes for task in chosen.values())
                yield Item(minutes, "exercises", "; ".join(chosen), visit)
            yield Item(visit.minutes[last.tag], last.tag, last.heading, visit)
            if pause := self.breaks.get(visit.lesson.number):
                yield Item(pause, "break", "Break")
        yield Item(self.closing, "closing", "What to take home, and where to go on")


def tracks(root: Path) -> list[Track]:
    """Return the tracks of the course; CourseError says where minutes or prerequisites fail."""
    try:
        plan = tomllib.loads((root / PLAN).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CourseError(f"{PLAN.as_posix()} cannot be read: {error}") from None
    known = {lesson.number: lesson for lesson in lessons(root)}
    sets = {one.name: one for one in all_sets(root)}
    return [_track(name, about, known, sets) for name, about in plan.items()]


def find_track(name: str, found: list[Track]) -> Track:
    """Return the track called `name`; CourseError with the nearest one."""
    for track in found:
        if track.name == name:
            return track
    raise unknown("track", name, [track.name for track in found])


def _track(
    name: str, about: dict[str, Any], known: dict[str, Lesson], sets: dict[str, ExerciseSet]
) -> Track:
    if missing := [part for part in ("lessons", *PARTS[:5]) if part not in about]:
        raise CourseError(f"{PLAN.as_posix()}, track {name!r}: {missing[0]!r} is missing")
    seen: list[str] = []
    visits = []
    for number in about["lessons"]:
        if number not in known:
            raise CourseError(f"track {name!r} names lesson {number!r}, which does not exist")
        lesson = known[number]
        left_out = [known[n] for n in lesson.builds_on if n not in (*about["lessons"], *seen)]
        late = [n for n in lesson.builds_on if n in about["lessons"] and n not in seen]
        if late:
            raise CourseError(f"track {name!r}: lesson {number} builds on a later one, {late[0]}")
        visits.append(_visit(name, lesson, tuple(left_out), sets.get(lesson.exercises or "")))
        seen += [number, *(lesson.number for lesson in left_out)]
    about = {"breaks": {}, **about, "visits": tuple(visits)}
    then = next(
        (lesson for number, lesson in known.items() if number > max(about["lessons"])), None
    )
    track = Track(name, **{part: about[part] for part in PARTS}, then=then)
    total = sum(item.minutes for item in track.agenda)
    if total != track.minutes:
        raise CourseError(f"track {name!r} has {track.minutes} minutes; its parts need {total}")
    return track


def _visit(
    track: str, lesson: Lesson, recalls: tuple[Lesson, ...], exercises: ExerciseSet | None
) -> Visit:
    about = read_notebook(lesson.path)["metadata"].get("coursekit", {}).get("room", {}).get(track)
    if about is None:
        raise CourseError(f"{lesson.path.name} says nothing of track {track!r} in coursekit.room")
    minutes = {tag: value for tag, value in about.items() if tag != "tasks"}
    tasks = tuple(about.get("tasks", ()))
    there = {one.tag for one in sections(lesson)}
    for tag, value in minutes.items():
        if tag not in there or not isinstance(value, int) or value < 1:
            raise CourseError(f"{lesson.path.name}: room minutes {tag!r}: {value!r} mean nothing")
    known = [task.name for task in exercises.tasks] if exercises else []
    if strange := [task for task in tasks if task not in known]:
        raise CourseError(f"{lesson.path.name}: unknown task {strange[0]!r} in coursekit.room")
    return Visit(lesson, minutes, tasks, recalls, exercises)
